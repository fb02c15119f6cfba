//! Where the decisions behind a program come from: a seed, or bytes.

/// Decisions, made of bits.
pub(super) trait Source {
    /// The next 64 bits.
    fn bits(&mut self) -> u64;

    /// Whether all further bits are zero.
    fn is_exhausted(&self) -> bool {
        false
    }

    /// A number below `end`, 0 if `end` is 0; of random bits, off the uniform distribution by less than `end/2⁶⁴`.
    fn below(&mut self, end: usize) -> usize {
        // The high half of the product is below `end`, which is a `usize`.
        usize::try_from((u128::from(self.bits()) * end as u128) >> 64).unwrap_or(0)
    }

    /// Whether an event of this probability happens.
    fn happens(&mut self, probability: f64) -> bool {
        self.uniform(0.0, 1.0) < probability
    }

    /// A number between two others, on a grid of 2²⁴ cells.
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        let cell = (self.bits() >> 40) as f64;
        low + (high - low) * (cell / 16_777_216.0)
    }

    /// The same, rounded to single precision.
    fn single(&mut self, low: f64, high: f64) -> f64 {
        f64::from(self.uniform(low, high) as f32)
    }

    /// One of some things.
    ///
    /// # Panics
    /// If there is none.
    fn choose<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }
}

/// `SplitMix64`: random numbers whose bits depend on the seed and on nothing else. The generator of Steele, Lea & Flood 2014 ("Fast splittable pseudorandom number generators", figure 17) with the
/// constants of Vigna's reference: a counter in steps of the odd number nearest to `2⁶⁴/φ`, mixed by two multiplications.
///
/// ```
/// use anygrad_verify::programs::SplitMix64;
///
/// // The first output for seed 0, from the published reference.
/// assert_eq!(SplitMix64::new(0).bits(), 0xe220_a839_7b1d_cdaf);
/// ```
#[derive(Clone, Debug)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// A generator from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Source for SplitMix64 {
    fn bits(&mut self) -> u64 {
        SplitMix64::bits(self)
    }
}

/// Decisions spelled out: two bytes each, so that a change of some bytes changes some decisions. Zeros follow the last byte.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl Source for Bytes<'_> {
    fn bits(&mut self) -> u64 {
        let mut next = || {
            let (&first, rest) = self.0.split_first()?;
            self.0 = rest;
            Some(u64::from(first))
        };
        let (high, low) = (next().unwrap_or(0), next().unwrap_or(0));
        (high << 56) | (low << 48)
    }

    fn is_exhausted(&self) -> bool {
        self.0.is_empty()
    }
}
