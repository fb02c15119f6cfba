//! `SplitMix64`: random numbers whose bits depend on the seed and on nothing else.

/// The generator of Steele, Lea & Flood 2014 ("Fast splittable pseudorandom number generators", figure 17) with the
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

    /// A number below `end`, 0 if `end` is 0; off the uniform distribution by less than `end/2⁶⁴`.
    pub fn below(&mut self, end: usize) -> usize {
        // The high half of the product is below `end`, which is a `usize`.
        usize::try_from((u128::from(self.bits()) * end as u128) >> 64).unwrap_or(0)
    }

    /// Whether an event of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.uniform(0.0, 1.0) < probability
    }

    /// A number between two others, on a grid of 2²⁴ cells.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        let cell = (self.bits() >> 40) as f64;
        low + (high - low) * (cell / 16_777_216.0)
    }

    /// The same, rounded to single precision.
    pub fn single(&mut self, low: f64, high: f64) -> f64 {
        f64::from(self.uniform(low, high) as f32)
    }

    /// One of some things.
    ///
    /// # Panics
    /// If there is none.
    pub fn choose<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }
}
