//! An integration over many steps, as a loop that is recorded once.

use anygrad::loops::{self, Storage};
use anygrad::{Differentiable, Scalar};

/// Two coupled pendula by the classical Runge–Kutta method (Kutta 1901) with steps of 0.01: the energy at the end, by the
/// state at the start, the coupling and the damping.
#[derive(Clone, Copy, Debug)]
pub struct Pendula {
    /// The number of steps.
    pub steps: usize,
    /// How a recorded reverse sweep comes by the states of the steps.
    pub storage: Storage,
}

const STEP: f64 = 0.01;

impl Pendula {
    /// Where the derivative is taken: angles, speeds, coupling, damping.
    pub fn point(&self) -> [f64; 6] {
        [0.5, -0.3, 0.1, 0.2, 0.4, 0.05]
    }
}

/// `(θ₁′, θ₂′, ω₁′, ω₂′)`.
fn slope<S: Scalar<Real = f64>>([a, b, u, v]: [S; 4], coupling: S, damping: S) -> [S; 4] {
    let pull = (a - b) * coupling;
    [u, v, -(a.sin() + pull + u * damping), pull - b.sin() - v * damping]
}

fn moved<S: Scalar<Real = f64>>(state: [S; 4], slope: [S; 4], step: f64) -> [S; 4] {
    std::array::from_fn(|i| state[i] + slope[i] * step)
}

impl Differentiable for Pendula {
    type Input = [f64; 6];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &[a, b, u, v, coupling, damping]: &[S; 6]) -> S {
        let times = vec![0.0; self.steps];
        let step = |state: [S; 4], _: S| {
            let k1 = slope(state, coupling, damping);
            let k2 = slope(moved(state, k1, STEP / 2.0), coupling, damping);
            let k3 = slope(moved(state, k2, STEP / 2.0), coupling, damping);
            let k4 = slope(moved(state, k3, STEP), coupling, damping);
            let mean = std::array::from_fn(|i| (k1[i] + (k2[i] + k3[i]) * 2.0 + k4[i]) / 6.0);
            (moved(state, mean, STEP), ())
        };
        let ([a, b, u, v], _) = loops::scan_stored(self.storage, [a, b, u, v], loops::data(&times), step);
        (u * u + v * v) * 0.5 + (a - b) * (a - b) * coupling * 0.5 - a.cos() - b.cos()
    }
}
