//! Stable 128-bit hashes: the keys of caches and the fingerprints of tables.

/// A hash that is the same in every run and on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Hash128(pub u128);

impl std::fmt::Display for Hash128 {
    /// 32 hexadecimal digits, as files have it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Two independent 64-bit multiply-and-rotate lanes over 8-byte words. Not for secrets: it tells
/// accidental differences apart, which is all that a cache key must do.
#[derive(Clone, Debug)]
pub struct Hasher128 {
    a: u64,
    b: u64,
    length: u64,
}

impl Default for Hasher128 {
    fn default() -> Self {
        Hasher128 {
            a: 0x9e37_79b9_7f4a_7c15,
            b: 0xc2b2_ae3d_27d4_eb4f,
            length: 0,
        }
    }
}

impl Hasher128 {
    pub fn new() -> Self {
        Hasher128::default()
    }

    #[inline]
    pub fn word(&mut self, word: u64) -> &mut Self {
        self.a = (self.a ^ word)
            .wrapping_mul(0xff51_afd7_ed55_8ccd)
            .rotate_left(31);
        self.b = (self.b.rotate_left(27) ^ word).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        self.length = self.length.wrapping_add(1);
        self
    }

    pub fn number(&mut self, number: f64) -> &mut Self {
        self.word(number.to_bits())
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// The length goes in first, so that neighbouring texts cannot run together.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.word(bytes.len() as u64);
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.word(u64::from_le_bytes(word));
        }
        self
    }

    pub fn hash(&mut self, hash: Hash128) -> &mut Self {
        self.word(hash.0 as u64).word((hash.0 >> 64) as u64)
    }

    pub fn finish(&self) -> Hash128 {
        let mix = |mut h: u64| {
            h ^= h >> 33;
            h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
            h ^= h >> 33;
            h = h.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
            h ^ (h >> 33)
        };
        let a = mix(self.a ^ self.length);
        let b = mix(self.b.wrapping_add(a));
        Hash128((u128::from(a) << 64) | u128::from(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_length_and_content_all_count() {
        let of = |parts: &[&str]| {
            let mut hasher = Hasher128::new();
            for part in parts {
                hasher.text(part);
            }
            hasher.finish()
        };
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab"]), of(&["ba"]));
        assert_ne!(of(&["\0"]), of(&[""]));
    }
}
