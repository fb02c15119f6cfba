//! A convex loss, and its Hessian times a vector.

use anygrad::{Differentiable, Scalar};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const FEATURES: usize = 8;
const SAMPLES: usize = 64;

/// The logistic loss `Σ ln(1 + exp(−t·(w·x)))` over 64 samples `x` of 8 features with labels `t = ±1`.
#[derive(Clone, Debug)]
pub struct Logistic {
    /// Features times label, since they enter as a product only.
    samples: Vec<[f64; FEATURES]>,
}

impl Logistic {
    /// Samples with features uniform on `[-1, 1)`, from a seed.
    pub fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let samples = (0..SAMPLES).map(|_| std::array::from_fn(|_| rng.random_range(-1.0..1.0))).collect();
        Self { samples }
    }

    /// The weights where the product is taken, and the vector.
    pub fn point(&self) -> ([f64; FEATURES], [f64; FEATURES]) {
        (std::array::from_fn(|i| (i as f64).sin()), std::array::from_fn(|i| (i as f64).cos()))
    }

    /// `H·v = Σ σ(z)·σ(−z)·(x·v)·x` with `z = w·x`.
    pub fn by_hand(&self, w: &[f64; FEATURES], v: &[f64; FEATURES]) -> [f64; FEATURES] {
        let mut product = [0.0; FEATURES];
        for x in &self.samples {
            let s = 1.0 / (1.0 + (-inner(w, x)).exp());
            let weight = s * (1.0 - s) * inner(v, x);
            for (p, x) in product.iter_mut().zip(x) {
                *p += weight * x;
            }
        }
        product
    }
}

/// `Σ wᵢ·xᵢ`.
fn inner<S: Scalar<Real = f64>>(w: &[S; FEATURES], x: &[f64; FEATURES]) -> S {
    w.iter().zip(x).fold(S::zero(), |sum, (&w, &x)| sum + w * x)
}

impl Differentiable for Logistic {
    type Input = [f64; FEATURES];
    type Output = f64;

    #[inline]
    fn call<S: Scalar<Real = f64>>(&self, w: &[S; FEATURES]) -> S {
        self.samples.iter().fold(S::zero(), |loss, x| loss + (-inner(w, x)).softplus())
    }
}
