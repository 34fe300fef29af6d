//! The CBOR that authenticators write: definite lengths, no tags, four levels deep. Reads by `minicbor`; builds nothing. CTAP 2.1 §8.

use minicbor::Decoder;
use minicbor::data::Type;
use minicbor::decode::Error;

/// Maps and arrays within each other (CTAP 2.1 §8).
const DEEPEST: u8 = 4;

/// The number of entries of the map that begins here.
///
/// # Errors
/// Where no map of definite length begins here.
pub(super) fn map(decoder: &mut Decoder<'_>) -> Result<u64, Error> {
    decoder.map()?.ok_or_else(|| Error::message("a map of indefinite length"))
}

/// Goes on behind the map that begins here, without a look at what it says; gives its bytes.
///
/// # Errors
/// Where no map that an authenticator writes begins here.
pub(super) fn skip_map<'a>(decoder: &mut Decoder<'a>) -> Result<&'a [u8], Error> {
    let start = decoder.position();
    if decoder.datatype()? != Type::Map {
        return Err(Error::message("not a map"));
    }
    skip(decoder, DEEPEST)?;
    decoder.input().get(start..decoder.position()).ok_or_else(Error::end_of_input)
}

fn skip(decoder: &mut Decoder<'_>, levels: u8) -> Result<(), Error> {
    let items = match decoder.datatype()? {
        Type::Map => map(decoder)?.saturating_mul(2),
        Type::Array => decoder.array()?.unwrap_or(0),
        Type::Bytes => return decoder.bytes().map(drop),
        Type::String => return decoder.str().map(drop),
        Type::Bool => return decoder.bool().map(drop),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => return decoder.i64().map(drop),
        // No attestation and no extension has any of these.
        Type::Null | Type::Undefined | Type::Simple | Type::F16 | Type::F32 | Type::F64 | Type::Int | Type::Tag => return Err(foreign()),
        Type::BytesIndef | Type::StringIndef | Type::ArrayIndef | Type::MapIndef | Type::Break | Type::Unknown(_) => return Err(foreign()),
    };
    let within = levels.checked_sub(1).ok_or_else(|| Error::message("nested too deeply"))?;
    // However many items are claimed, each takes a byte: the loop ends with the input.
    for _ in 0..items {
        skip(decoder, within)?;
    }
    Ok(())
}

fn foreign() -> Error {
    Error::message("a form that no authenticator writes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(bytes: &[u8]) -> Option<usize> {
        skip_map(&mut Decoder::new(bytes)).ok().map(<[u8]>::len)
    }

    #[test]
    fn a_map_is_skipped_to_its_end_and_no_further() {
        assert_eq!(skipped(&[0xa0]), Some(1));
        assert_eq!(skipped(&[0xa0, 0xa0]), Some(1));
        // {"credProtect": 2, "b": [1, -1, h'00', {}, true]}
        let bytes = b"\xa2\x6bcredProtect\x02\x61b\x85\x01\x20\x41\x00\xa0\xf5rest";
        assert_eq!(skipped(bytes), Some(bytes.len() - 4));
    }

    #[test]
    fn four_levels_are_read_and_a_fifth_is_not() {
        assert!(skipped(&[0xa1, 1, 0x81, 0x81, 0x81, 1]).is_some());
        assert!(skipped(&[0xa1, 1, 0x81, 0x81, 0x81, 0x80]).is_none());
        assert!(skipped(&[[0xa1, 1].as_slice(), &[0x81; 100_000]].concat()).is_none());
    }

    #[test]
    fn what_no_authenticator_writes_is_refused() {
        for bytes in [
            &[][..],
            // No map, no definite length, a tag, a stray break, a reserved byte.
            &[0x80],
            &[0xbf, 0xff],
            &[0xa1, 1, 0x9f, 0xff],
            &[0xa1, 1, 0x5f, 0xff],
            &[0xa1, 1, 0xc0, 1],
            &[0xa1, 1, 0xff],
            &[0xa1, 1, 0x1c],
            // A float, an undefined value, a number beyond 64 bits.
            &[0xa1, 1, 0xf9, 0, 0],
            &[0xa1, 1, 0xf7],
            &[0xa1, 1, 0x3b, 255, 255, 255, 255, 255, 255, 255, 255],
            // More is claimed than is there.
            &[0xa1],
            &[0xbb, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0xa1, 1, 0x9b, 255, 255, 255, 255, 255, 255, 255, 255],
            &[0xa1, 1, 0x5b, 255, 255, 255, 255, 255, 255, 255, 255],
        ] {
            assert!(skipped(bytes).is_none(), "{bytes:x?}");
        }
    }
}
