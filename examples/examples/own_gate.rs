//! A gate of your own: Kepler's equation, solved inside the gate, differentiated by the implicit function theorem.

use anygrad::Unary;
use anygrad::prelude::*;

/// `E` with `E − e·sin E = M`, as a function of the mean anomaly `M`; `∂E/∂M = 1/(1 − e·cos E)`, for `0 ≤ e < 1`.
#[derive(Clone, Copy, Debug)]
struct Kepler<R> {
    eccentricity: R,
}

impl<R: Real> Unary<R> for Kepler<R> {
    fn name(self) -> &'static str {
        "kepler"
    }

    /// Newton's method from `M`; no derivative flows through the iteration.
    fn value(self, mean: R) -> R {
        let e = self.eccentricity;
        (0..20).fold(mean, |anomaly, _| anomaly - (anomaly - e * anomaly.sin() - mean) / (R::one() - e * anomaly.cos()))
    }

    /// In terms of the output, and over any scalar: so it serves every backend and every order.
    fn partial<T: Scalar<Real = R>>(self, _mean: T, anomaly: T) -> T {
        (T::one() - anomaly.cos() * self.eccentricity).recip()
    }
}

/// The distance of a planet from its sun at the mean anomaly `M`: `r = 1 − e·cos E`.
#[differentiable]
fn distance<S: Scalar<Real = f64>>(mean: S, eccentricity: f64) -> S {
    S::one() - mean.unary(Kepler { eccentricity }).cos() * eccentricity
}

fn main() -> Result<(), Error> {
    let orbit = Distance { eccentricity: 0.3 };
    let mean = 1.2;
    // By hand: r′ = e·sin E/r and r″ = e·(cos E − e)/r³.
    let anomaly = mean.unary(Kepler { eccentricity: 0.3 });
    let (sin, cos) = anomaly.sin_cos();
    let r = 1.0 - 0.3 * cos;
    let (first, second) = (0.3 * sin / r, 0.3 * (cos - 0.3) / r.powi(3));
    println!("M = {mean}: E = {anomaly:.12}, r = {r:.12}");
    assert!((anomaly - 0.3 * sin - mean).abs() < 1e-15);

    println!("            dr/dM            d²r/dM²");
    println!("by hand  {first:15.12} {second:17.12}");
    check("Forward", Forward::new(), &orbit, [first, second], [1e-15, 1e-15])?;
    check("Reverse", Reverse::new(), &orbit, [first, second], [1e-15, 1e-15])?;
    check("Finite", Finite::default(), &orbit, [first, second], [1e-9, 1e-5])?;

    anygrad::verify(&orbit).at(&mean).run()?.assert_agree();
    println!("verified: every compiled-in backend agrees on every operator");
    Ok(())
}

fn check(
    name: &str,
    mut backend: impl Backend,
    orbit: &Distance,
    expected: [f64; 2],
    bound: [f64; 2],
) -> Result<(), Error> {
    let found = [backend.derivative(orbit, 1.2)?, backend.second_derivative(orbit, 1.2)?];
    println!("{name:8} {:15.12} {:17.12}", found[0], found[1]);
    for i in 0..2 {
        assert!((found[i] - expected[i]).abs() < bound[i]);
    }
    Ok(())
}
