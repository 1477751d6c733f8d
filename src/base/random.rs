//! Seeded random numbers. Everything random in Seefit comes from here, so a seed tells all.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// Xoshiro256++ (Blackman and Vigna, 2019): the same numbers on every machine for a seed.
#[derive(Clone, Debug)]
pub struct Random {
    source: Xoshiro256PlusPlus,
    spare_normal: Option<f64>,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Random {
            source: Xoshiro256PlusPlus::seed_from_u64(seed),
            spare_normal: None,
        }
    }

    /// An independent stream of the same seed: one for each tree, fold or generator.
    pub fn stream(seed: u64, stream: u64) -> Self {
        Random::new(seed ^ stream.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    #[inline]
    pub fn word(&mut self) -> u64 {
        self.source.next_u64()
    }

    /// Uniform in [0, 1).
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `0..n`; 0 where `n` is 0.
    #[inline]
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.word()) * n as u128) >> 64) as usize
    }

    /// Normal with mean 0 and deviation 1 (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        loop {
            let u = 2.0 * self.uniform() - 1.0;
            let v = 2.0 * self.uniform() - 1.0;
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                let factor = (-2.0 * s.ln() / s).sqrt();
                self.spare_normal = Some(v * factor);
                return u * factor;
            }
        }
    }

    /// Fisher-Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_tells_all_and_streams_differ() {
        let draw = |mut random: Random| [(); 4].map(|()| random.word());
        assert_eq!(draw(Random::new(42)), draw(Random::new(42)));
        assert_ne!(draw(Random::new(42)), draw(Random::new(43)));
        assert_ne!(draw(Random::stream(42, 0)), draw(Random::stream(42, 1)));
    }

    #[test]
    fn normals_have_mean_zero_and_deviation_one() {
        let mut random = Random::new(1);
        let draws: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05);
    }
}
