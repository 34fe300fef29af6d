//! Packs the texts: written out, eight languages would be a tenth of the module.

use std::path::Path;

#[expect(dead_code, unreachable_pub, reason = "the Worker reads and replaces what is only packed here")]
#[path = "src/texts/written.rs"]
mod written;

/// The best that DEFLATE does.
const LEVEL: u8 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=src/texts");
    let folder = std::env::var("OUT_DIR")?;
    for (tag, texts) in written::ALL {
        let words: Vec<&str> = written::Texts::KEYS.iter().filter_map(|key| texts.of_key(key)).collect();
        assert!(!words.iter().any(|text| text.contains('\0')), "texts are told apart by U+0000");
        std::fs::write(Path::new(&folder).join(format!("{tag}.texts")), miniz_oxide::deflate::compress_to_vec(words.join("\0").as_bytes(), LEVEL))?;
    }
    Ok(())
}
