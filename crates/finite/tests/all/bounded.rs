//! The bounds hold, and are small enough to be of use.

use crate::common::{Curve, Visit, for_each_curve};
use anygrad_core::{Differentiable, Scalar};
use anygrad_finite::Finite;

/// How often the bound of a method held over all curves, and how large it was.
struct Coverage {
    finite: Finite,
    second: bool,
    misses: Vec<String>,
    /// Bound over the size of the derivative, where that is not 0.
    relative: Vec<f64>,
    tried: usize,
}

impl Visit for Coverage {
    fn visit<C: Curve>(&mut self, curve: &C) {
        for &x in C::POINTS {
            let (exact, found) = if self.second {
                (C::second(x), self.finite.second_derivative_with_error(curve, x))
            } else {
                (C::first(x), self.finite.derivative_with_error(curve, x))
            };
            let (value, error) = found.expect("a derivative");
            self.tried += 1;
            // The closed form itself is rounded.
            if (value - exact).abs() > error + 4.0 * f64::EPSILON * exact.abs() || error.is_nan() {
                self.misses.push(format!("{} at {x:e}: {value:e} ± {error:e}, expected {exact:e}", C::NAME));
            }
            if exact != 0.0 {
                self.relative.push(error / exact.abs());
            }
        }
    }
}

/// Asserts that at most `misses` bounds fail, and that half of the bounds are below `median`.
fn assert_covered(finite: Finite, second: bool, misses: usize, median: f64) {
    let mut coverage = Coverage { finite, second, misses: Vec::new(), relative: Vec::new(), tried: 0 };
    for_each_curve(&mut coverage);
    coverage.relative.sort_by(f64::total_cmp);
    let middle = coverage.relative[coverage.relative.len() / 2];
    assert!(coverage.tried > 100);
    assert!(
        coverage.misses.len() <= misses,
        "{} of {}:\n{}",
        coverage.misses.len(),
        coverage.tried,
        coverage.misses.join("\n")
    );
    assert!(middle <= median, "half of the bounds are above {middle:e}");
}

#[test]
fn ridders_is_covered() {
    assert_covered(Finite::default(), false, 0, 1e-12);
}

/// The one miss is sin(16πx) at 2, where the derivative is the rounding of the function's own argument.
#[test]
fn ridders_second_is_covered() {
    assert_covered(Finite::default(), true, 1, 1e-9);
}

/// The misses are at `x ≪ h` beside a singularity on the other side, which a forward difference cannot see.
#[test]
fn forward_is_covered() {
    assert_covered(Finite::forward(), false, 5, 1e-6);
    assert_covered(Finite::forward(), true, 1, 1e-2);
}

#[test]
fn central_is_covered() {
    assert_covered(Finite::central(), false, 0, 1e-8);
    assert_covered(Finite::central(), true, 0, 1e-4);
}

#[test]
fn higher_orders_are_covered() {
    assert_covered(Finite::order(4), false, 0, 1e-9);
    assert_covered(Finite::order(6), false, 0, 1e-9);
    assert_covered(Finite::order(8), false, 0, 1e-8);
    assert_covered(Finite::order(4), true, 0, 1e-5);
    assert_covered(Finite::order(6), true, 1, 1e-5);
    assert_covered(Finite::order(8), true, 0, 1e-4);
}

/// Numbers in `[0, 1)`: a linear congruential generator (Knuth 1997, §3.3.4), so that every run is the same.
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }
}

/// `f(x) = a·sin(bx + c) + d·exp(ex)/(1 + x²)`.
struct Blend {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    e: f64,
}

impl Differentiable for Blend {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        let x = *x;
        (x * self.b + self.c).sin() * self.a + (x * self.e).exp() * self.d / (x * x + 1.0)
    }
}

impl Blend {
    fn random(uniform: &mut Uniform) -> (Self, f64) {
        let blend = Self {
            a: uniform.between(-2.0, 2.0),
            b: uniform.between(0.5, 30.0),
            c: uniform.between(-3.0, 3.0),
            d: uniform.between(-2.0, 2.0),
            e: uniform.between(-2.0, 2.0),
        };
        (blend, uniform.between(-4.0, 4.0))
    }

    fn first(&self, x: f64) -> f64 {
        let q = 1.0 + x * x;
        let slope = self.d * (self.e * x).exp() * (self.e * q - 2.0 * x) / (q * q);
        self.a * self.b * (self.b * x + self.c).cos() + slope
    }
}

fn misses(finite: Finite, tries: usize) -> usize {
    let mut uniform = Uniform(2026);
    let missed = |_: &usize| {
        let (blend, x) = Blend::random(&mut uniform);
        let (value, error) = finite.derivative_with_error(&blend, x).expect("smooth");
        (value - blend.first(x)).abs() > error || error.is_nan()
    };
    (0..tries).filter(missed).count()
}

#[test]
fn bounds_hold_on_random_functions() {
    let tries = 4000;
    let found = [Finite::default(), Finite::forward(), Finite::central(), Finite::order(4), Finite::order(8)]
        .map(|finite| misses(finite, tries));
    assert!(found.iter().all(|&missed| missed <= tries / 1000), "missed {found:?} of {tries}");
}

#[test]
fn a_kink_is_inside_the_bound() {
    let kink = Finite::default().estimate(|x: f64| x.max(0.0), 0.0).expect("finite");
    assert_eq!(kink.value, 0.5);
    assert!((0.5..0.6).contains(&kink.error), "found {}", kink.error);
    let smooth = Finite::default().estimate(|x: f64| x.abs().powf(1.5), 0.0).expect("finite");
    assert!(smooth.value.abs() <= smooth.error && smooth.error < 1e-3, "found {smooth:?}");
    let central = Finite::central().estimate(f64::abs, 0.0).expect("finite");
    assert!((1.0..1.1).contains(&central.error), "found {central:?}");
}

#[test]
fn a_narrow_spike_is_not_jumped_over() {
    let spike = |x: f64| (-(x * x) * 1e8).exp();
    let exact = |x: f64| -2e8 * x * spike(x);
    for x in [1e-5, -1e-4, 2e-4] {
        let found = Finite::default().estimate(spike, x).expect("finite");
        assert!((found.value - exact(x)).abs() <= found.error, "found {found:?}, expected {}", exact(x));
    }
}

#[test]
fn single_precision_bounds_hold() {
    for x in [-3.0_f32, -0.2, 0.1, 1.0, 2.5] {
        let found = Finite::default().estimate(|x: f32| x.sin() * x.exp(), x).expect("finite");
        let wide = f64::from(x);
        let exact = (wide.sin() + wide.cos()) * wide.exp();
        let off = (f64::from(found.value) - exact).abs();
        assert!(off <= f64::from(found.error), "found {found:?}, expected {exact}");
        assert!(f64::from(found.error) < 1e-3 * (exact.abs() + 1.0), "found {found:?}");
    }
}

/// `(x·y, sin(x)·z, 3)`.
struct Triple;

impl Differentiable for Triple {
    type Input = (f64, [f64; 2]);
    type Output = Vec<f64>;
    fn call<S: Scalar<Real = f64>>(&self, (x, [y, z]): &(S, [S; 2])) -> Vec<S> {
        vec![*x * *y, x.sin() * *z, S::lit(3.0)]
    }
}

#[test]
fn jacobians_and_directions_have_bounds() {
    let point = (0.5, [2.0, -4.0]);
    let exact = [[2.0, 0.5, 0.0], [-4.0 * 0.5_f64.cos(), 0.0, 0.5_f64.sin()], [0.0; 3]];
    let along = [1.5, 0.5_f64.sin() * 3.0 - 4.0 * 0.5_f64.cos(), 0.0];
    for finite in [Finite::default(), Finite::central(), Finite::forward()] {
        let (jacobian, bounds) = finite.jacobian_with_error(&Triple, &point).expect("smooth");
        assert_eq!((jacobian.shape(), bounds.shape()), ((3, 3), (3, 3)));
        for (i, j) in (0..3).flat_map(|i| (0..3).map(move |j| (i, j))) {
            assert!((jacobian[(i, j)] - exact[i][j]).abs() <= bounds[(i, j)], "{finite:?} at {i}, {j}");
            assert!(bounds[(i, j)] < 1e-5);
        }
        let (value, error) = finite.directional_with_error(&Triple, &point, &(1.0, [-1.0, 3.0])).expect("smooth");
        for i in 0..3 {
            assert!((value[i] - along[i]).abs() <= error[i], "{finite:?}: {} ± {}", value[i], error[i]);
        }
    }
}
