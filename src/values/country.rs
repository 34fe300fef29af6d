//! Countries, by their ISO 3166-1 alpha-2 codes.

use serde::Deserialize;

/// Every code that is assigned, and `XK` for Kosovo, which has none and is called that by Cloudflare.
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL \
    CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU \
    GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC \
    MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA \
    UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// A country's code: two capital letters.
///
/// ```
/// # use nightlatch::values::Country;
/// assert!(Country::parse("DE").is_some());
/// assert!(Country::parse("de").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// The code, if it can be one: as the edge says it, who may know of a country before we do.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }
}

/// As an operator writes it: one that no country has would never be met.
impl TryFrom<String> for Country {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let assigned = ASSIGNED.split(' ').any(|code| code == text);
        Self::parse(&text).filter(|_| assigned).ok_or("a country is its code of ISO 3166-1, two capital letters, such as DE or GB")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_names_only_countries_that_there_are() {
        assert_eq!(ASSIGNED.split(' ').count(), 250);
        assert!(ASSIGNED.split(' ').is_sorted() && ASSIGNED.split(' ').all(|code| Country::parse(code).is_some()));
        for (code, there) in [
            ("DE", true),
            ("GB", true),
            ("XK", true),
            ("UK", false),
            ("EU", false),
            ("ZZ", false),
            ("XX", false),
            ("de", false),
            ("", false),
            ("E F", false),
        ] {
            assert_eq!(Country::try_from(code.to_owned()).is_ok(), there, "{code}");
        }
    }
}
