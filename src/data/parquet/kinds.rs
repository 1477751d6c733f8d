//! What a leaf of the schema means (parquet-format, "LogicalTypes.md").

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::ColumnDescriptor;

/// How the values of a leaf become those of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    Number,
    /// Wrapped into the signed integer of the same width.
    Unsigned,
    /// Divided by ten to this.
    Decimal(i32),
    /// IEEE half precision in two bytes.
    Half,
    Flag,
    Text,
    /// Days since 1970.
    Day,
    /// So many of a unit in a second, since 1970.
    Moment(f64),
    /// So many of a unit in an hour, since midnight.
    Time(f64),
    /// Nanoseconds of the day and a Julian day, in twelve bytes.
    Int96,
    Uuid,
    /// Bytes that are nothing of these: which, as a person calls it.
    Unreadable(&'static str),
}

fn per_second(unit: &TimeUnit) -> f64 {
    match unit {
        TimeUnit::MILLIS => 1e3,
        TimeUnit::MICROS => 1e6,
        TimeUnit::NANOS => 1e9,
    }
}

pub(super) fn meaning(leaf: &ColumnDescriptor) -> Meaning {
    let logical = match leaf.logical_type_ref() {
        Some(logical) => by_logical(logical),
        None => by_converted(leaf),
    };
    let physical = leaf.physical_type();
    match (logical, physical) {
        (Some(meaning), _) if fits(meaning, physical, leaf.type_length()) => meaning,
        (_, Physical::BOOLEAN) => Meaning::Flag,
        (_, Physical::INT32 | Physical::INT64 | Physical::FLOAT | Physical::DOUBLE) => {
            Meaning::Number
        }
        (_, Physical::INT96) => Meaning::Int96,
        // Text that an old writer did not mark as such; what is not UTF-8 is told then.
        (_, Physical::BYTE_ARRAY) => Meaning::Text,
        // polars writes 128-bit integers so.
        (_, Physical::FIXED_LEN_BYTE_ARRAY) => Meaning::Unreadable("bytes of a fixed length"),
    }
}

fn by_logical(logical: &LogicalType) -> Option<Meaning> {
    Some(match logical {
        LogicalType::String | LogicalType::Enum | LogicalType::Json => Meaning::Text,
        LogicalType::Decimal(decimal) => Meaning::Decimal(decimal.scale),
        LogicalType::Date => Meaning::Day,
        LogicalType::Time(time) => Meaning::Time(per_second(&time.unit) * 3600.0),
        LogicalType::Timestamp(stamp) => Meaning::Moment(per_second(&stamp.unit)),
        LogicalType::Integer(integer) if !integer.is_signed => Meaning::Unsigned,
        LogicalType::Float16 => Meaning::Half,
        LogicalType::Uuid => Meaning::Uuid,
        LogicalType::Bson => Meaning::Unreadable("BSON"),
        LogicalType::Geometry(_) | LogicalType::Geography(_) => Meaning::Unreadable("shapes"),
        _ => return None,
    })
}

fn by_converted(leaf: &ColumnDescriptor) -> Option<Meaning> {
    Some(match leaf.converted_type() {
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Meaning::Text,
        ConvertedType::DECIMAL => Meaning::Decimal(leaf.type_scale()),
        ConvertedType::DATE => Meaning::Day,
        ConvertedType::TIME_MILLIS => Meaning::Time(3.6e6),
        ConvertedType::TIME_MICROS => Meaning::Time(3.6e9),
        ConvertedType::TIMESTAMP_MILLIS => Meaning::Moment(1e3),
        ConvertedType::TIMESTAMP_MICROS => Meaning::Moment(1e6),
        ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => Meaning::Unsigned,
        ConvertedType::BSON => Meaning::Unreadable("BSON"),
        ConvertedType::INTERVAL => Meaning::Unreadable("intervals"),
        _ => return None,
    })
}

/// A file may claim what its bytes cannot hold.
fn fits(meaning: Meaning, physical: Physical, length: i32) -> bool {
    let integer = matches!(physical, Physical::INT32 | Physical::INT64);
    let bytes = matches!(
        physical,
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY
    );
    match meaning {
        Meaning::Unsigned | Meaning::Moment(_) | Meaning::Time(_) => integer,
        Meaning::Day => physical == Physical::INT32,
        Meaning::Decimal(_) => integer || bytes,
        Meaning::Half => physical == Physical::FIXED_LEN_BYTE_ARRAY && length == 2,
        Meaning::Uuid => physical == Physical::FIXED_LEN_BYTE_ARRAY && length == 16,
        Meaning::Text => bytes,
        _ => true,
    }
}

/// IEEE 754 binary16.
pub(super) fn half(bytes: [u8; 2]) -> f64 {
    let bits = u16::from_le_bytes(bytes);
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((bits >> 10) & 31, f64::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        31 => f64::NAN,
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(i32::from(exponent) - 15),
    }
}

/// Two's complement, the most significant byte first, of any length.
pub(super) fn big_endian(bytes: &[u8]) -> f64 {
    let negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
    let flip = if negative { 0xff } else { 0 };
    let size = bytes
        .iter()
        .fold(0.0, |sum, b| sum * 256.0 + f64::from(b ^ flip));
    if negative { -(size + 1.0) } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_long_integers() {
        assert_eq!(half([0x00, 0x3c]), 1.0);
        assert_eq!(half([0x00, 0xc1]), -2.5);
        assert_eq!(half([0x01, 0x00]), 2f64.powi(-24));
        assert!(half([0x00, 0x7c]).is_nan());
        assert_eq!(big_endian(&[0x01, 0x00]), 256.0);
        assert_eq!(big_endian(&[0xff; 16]), -1.0);
        assert_eq!(big_endian(&[0xff, 0x00]), -256.0);
        assert_eq!(big_endian(&[]), 0.0);
    }
}
