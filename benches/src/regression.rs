//! A loss over rows of data, as a loop that is recorded once.

use anygrad::{Differentiable, Scalar, loops};

use crate::Workload;

/// The logistic loss of a linear model, `Σᵢ ln(1 + exp(−yᵢ·w·xᵢ))`, over rows of data.
#[derive(Clone, Debug)]
pub struct Regression {
    features: usize,
    /// Row by row.
    x: Vec<f64>,
    /// ±1.
    y: Vec<f64>,
}

impl Regression {
    /// So many rows, made of sines.
    pub fn new(rows: usize, features: usize) -> Self {
        let x: Vec<f64> = (0..rows * features).map(|i| (i as f64 * 0.61).sin()).collect();
        let y = x.chunks(features).map(|row| if row[0] + 0.5 * row[features - 1] > 0.1 { 1.0 } else { -1.0 }).collect();
        Self { features, x, y }
    }
}

impl Differentiable for Regression {
    type Input = Vec<f64>;
    type Output = f64;

    #[inline]
    fn call<S: Scalar<Real = f64>>(&self, w: &Vec<S>) -> S {
        let rows = (loops::data_rows(&self.x, self.features), loops::data(&self.y));
        loops::sum(rows, |(x, y): (&[S], S)| {
            let z = x.iter().zip(w).fold(S::zero(), |z, (&x, &w)| z + x * w);
            ((-(y * z)).exp() + 1.0).ln()
        })
    }
}

impl Workload for Regression {
    fn name(&self) -> String {
        format!("regression {}", self.features)
    }

    fn point(&self) -> Vec<f64> {
        (0..self.features).map(|j| 0.3 * (j as f64).cos()).collect()
    }

    /// With `e = exp(−y·w·x)`: the row adds `−y·e/(1 + e)·x`.
    #[inline]
    fn by_hand(&self, w: &Vec<f64>, gradient: &mut Vec<f64>) -> f64 {
        gradient.fill(0.0);
        let mut loss = 0.0;
        for (x, &y) in self.x.chunks(self.features).zip(&self.y) {
            let z = x.iter().zip(w).fold(0.0, |z, (&x, &w)| z + x * w);
            let e = (-(y * z)).exp();
            loss += (e + 1.0).ln();
            let slope = -y * e / (e + 1.0);
            gradient.iter_mut().zip(x).for_each(|(gradient, &x)| *gradient += slope * x);
        }
        loss
    }
}
