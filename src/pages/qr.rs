//! A QR code as SVG, drawn into the page: the key of an authenticator app leaves this site for no drawing service, and no script draws it.
//!
//! ISO/IEC 18004 by the crate `qrcodegen`, error correction M, four modules of quiet zone. Always dark on light, whatever the page's colours
//! are: many readers take nothing else. Knows nothing of what it says.

use crate::platform::Fault;
use crate::texts::fill_markup;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// Modules around the code that stay light (ISO/IEC 18004 §6.3.8).
const QUIET: i32 = 4;
/// CSS pixels of a module, where the page's style says nothing else.
const PIXELS: i32 = 4;
/// The path is drawn with a pen of one module, so that a run of dark modules is one short stroke.
const MARKUP: &str = concat!(
    r#"<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" aria-label="{label}" viewBox="0 0 {side} {side}" "#,
    r##"width="{width}" height="{width}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/>"##,
    r##"<path stroke="#000" d="{path}"/></svg>"##
);

/// The text as a QR code, for screen readers with this label. Contains the text: it belongs on no page but the one for which it was made.
///
/// # Errors
/// A fault where the text is longer than a QR code can say, some 2,300 octets.
pub fn qr_svg(text: &str, label: &str) -> Result<String, Fault> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|error| Fault::new(format!("QR code: {error}")))?;
    let side = code.size() + 2 * QUIET;
    let values = [("label", label), ("side", &side.to_string()), ("width", &(side * PIXELS).to_string()), ("path", &path(&code))];
    Ok(fill_markup(MARKUP, &values))
}

/// The dark modules, row by row: moves over the light runs, strokes along the dark ones.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut pen = None;
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|at| code.get_module(*at, y) == code.get_module(x, y)).map(|_| 1).sum::<i32>();
            if code.get_module(x, y) {
                // A string takes whatever is written to it.
                let _ = match pen {
                    None => write!(path, "M{} {}.5h{run}", x + QUIET, y + QUIET),
                    Some(pen) => write!(path, "m{} 0h{run}", x - pen),
                };
                pen = Some(x + run);
            }
            x += run;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::qr_svg;

    const URI: &str =
        "otpauth://totp/Nightlatch:ann%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nightlatch&algorithm=SHA1&digits=6&period=30";

    /// What stands between the two texts.
    fn between<'a>(svg: &'a str, before: &str, after: &str) -> &'a str {
        svg.split_once(before).unwrap().1.split_once(after).unwrap().0
    }

    /// Which modules the SVG draws dark.
    fn drawn(svg: &str) -> Vec<Vec<bool>> {
        let side: usize = between(svg, "viewBox=\"0 0 ", " ").parse().unwrap();
        let mut modules = vec![vec![false; side]; side];
        for row in between(svg, " d=\"", "\"").split('M').skip(1) {
            let (start, strokes) = row.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (mut x, y): (usize, usize) = (x.parse().unwrap(), y.strip_suffix(".5").unwrap().parse().unwrap());
            for stroke in strokes.split('m') {
                let run = match stroke.split_once(" 0h") {
                    Some((gap, run)) => {
                        x += gap.parse::<usize>().unwrap();
                        run
                    }
                    None => stroke,
                };
                let run: usize = run.parse().unwrap();
                modules[y][x..x + run].fill(true);
                x += run;
            }
        }
        modules
    }

    /// The text, as a reader that sees the picture reads it.
    fn read(svg: &str) -> String {
        let modules = drawn(svg);
        let side = modules.len() * 4;
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if modules[y / 4][x / 4] { 0 } else { 255 });
        picture.detect_grids().first().unwrap().decode().unwrap().1
    }

    #[test]
    fn a_reader_reads_what_was_drawn() {
        for text in ["1", "HELLO WORLD", URI, &format!("{URI}&image=https%3A%2F%2Fexample.org%2F{}", "long".repeat(60))] {
            assert_eq!(read(&qr_svg(text, "QR code").unwrap()), text);
        }
    }

    #[test]
    fn four_light_modules_lie_around_it() {
        let modules = drawn(&qr_svg(URI, "QR code").unwrap());
        let side = modules.len();
        for (y, row) in modules.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert!(!dark || [x, y].iter().all(|place| (4..side - 4).contains(place)), "{x} {y}");
            }
        }
        // The corners of the code itself are finder patterns.
        assert!(modules[4][4] && modules[4][side - 5] && modules[side - 5][4]);
    }

    #[test]
    fn it_is_dark_on_light_and_needs_neither_style_nor_script() {
        let svg = qr_svg(URI, "QR code").unwrap();
        assert!(svg.contains(r##"fill="#fff""##) && svg.contains(r##"stroke="#000""##));
        assert!(!svg.contains("style") && !svg.contains("currentColor") && !svg.contains("script"));
        assert_eq!(svg.matches("<path").count(), 1);
    }

    #[test]
    fn its_label_is_read_out_and_escaped() {
        let svg = qr_svg("1", "\"><script>Ann & Co").unwrap();
        assert!(svg.contains(r##"role="img" aria-label="&#34;&#62;&#60;script&#62;Ann &#38; Co" "##), "{svg}");
    }

    #[test]
    fn an_authenticators_key_weighs_little() {
        assert!(qr_svg(URI, "QR code").unwrap().len() < 8_000);
    }

    #[test]
    fn what_no_code_can_say_is_a_fault() {
        assert!(qr_svg(&"x".repeat(2_331), "QR code").is_ok());
        assert!(qr_svg(&"x".repeat(2_332), "QR code").is_err());
    }
}
