//! Structural zeros stay exactly zero, whatever partial they meet; numeric zeros do not absorb infinities.

use anygrad_core::num_traits::{Float, One, Zero};
use anygrad_core::{Backend, Differentiable, Scalar, gates};
use anygrad_forward::{Dual, Forward};

/// Lane 0 is seeded, lane 1 never.
fn x(primal: f64) -> Dual<f64, 2> {
    Dual::variable(primal, 0)
}

fn constant(primal: f64) -> Dual<f64, 2> {
    Dual::from(primal)
}

/// The bits of `+0`, so that neither −0 nor NaN passes.
fn is_exact_zero(tangent: f64) -> bool {
    tangent.to_bits() == 0
}

#[test]
fn inactive_lanes_stay_zero_through_infinite_partials() {
    let at_zero = [
        ("sqrt", x(0.0).sqrt()),
        ("cbrt", x(0.0).cbrt()),
        ("rsqrt", x(0.0).rsqrt()),
        ("ln", x(0.0).ln()),
        ("log2", x(0.0).log2()),
        ("recip", x(0.0).recip()),
        ("pow_const", x(0.0).pow_const(0.5)),
        ("pow", x(0.0).powf(x(0.5))),
        ("xlogy", constant(2.0).xlogy(x(0.0))),
        ("div", constant(1.0) / x(0.0)),
        ("ln_1p", x(-1.0).ln_1p()),
        ("asin", x(1.0).asin()),
        ("acosh", x(1.0).acosh()),
        ("atanh", x(1.0).atanh()),
        ("ln_gamma", x(0.0).ln_gamma()),
        ("product", Scalar::product_of(&[x(0.0), constant(f64::INFINITY)])),
    ];
    for (name, y) in at_zero {
        assert!(y.tangent(0).is_infinite(), "{name}: {y:?}");
        assert!(is_exact_zero(y.tangent(1)) && is_exact_zero(y.tangents[1]), "{name}: {y:?}");
    }
}

#[test]
fn inactive_lanes_stay_zero_outside_of_domains() {
    for y in [x(-1.0).sqrt(), x(-1.0).ln(), x(2.0).asin(), x(0.5).acosh(), x(f64::NAN).sin(), x(-2.0).powf(x(2.5))] {
        assert!(y.tangent(0).is_nan() && is_exact_zero(y.tangent(1)), "{y:?}");
    }
}

/// `∂(aᵇ)/∂b = aᵇ·ln a` is NaN at `a = −2`; an exponent without a derivative never meets it.
#[test]
fn an_exponent_that_is_constant_or_inactive_takes_no_logarithm() {
    let three = constant(3.0);
    assert_eq!(x(-2.0).powf(three).tangents, [12.0, 0.0]);
    assert_eq!(x(-2.0).powf(Dual::lit(3.0)).tangents, [12.0, 0.0]);
    assert_eq!(x(-2.0).binary(gates::Pow, three).tangents, [12.0, 0.0]);
    let lanes = Dual::<f64, 2>::variable(-2.0, 0).powf(Dual::variable(3.0, 1));
    assert!(lanes.primal == -8.0 && lanes.tangent(0) == 12.0 && lanes.tangent(1).is_nan());
}

/// `∂(a·ln b)/∂a = ln b` is `−∞` at `b = 0`; a constant `a` never meets it.
#[test]
fn a_constant_factor_of_a_logarithm() {
    assert_eq!(constant(0.0).xlogy(x(0.0)).tangents, [0.0, 0.0]);
    assert_eq!(x(0.0).xlogy(constant(2.0)).tangents, [2.0_f64.ln(), 0.0]);
}

#[test]
fn the_losing_side_of_a_choice_contributes_nothing() {
    let (at_zero, five) = (x(0.0).sqrt(), constant(5.0));
    let won = [
        ("max", at_zero.max(five)),
        ("min", (-at_zero).min(-five)),
        ("clamp below", at_zero.clamp(five, constant(7.0))),
        ("clamp above", at_zero.clamp(constant(-7.0), -five)),
        ("select", constant(1.0).select(five, at_zero)),
        ("select", constant(-1.0).select(at_zero, five)),
        ("select on it", at_zero.select(five, five)),
        ("relu", (at_zero - five).relu()),
        ("abs", at_zero.abs()),
        ("signum", at_zero.signum()),
        ("floor", at_zero.floor()),
        ("ceil", at_zero.ceil()),
        ("round", at_zero.round()),
        ("trunc", at_zero.trunc()),
        ("copysign onto", five.copysign(at_zero)),
        ("copysign", at_zero.copysign(five)),
        ("rem by it", (constant(0.5) % (at_zero + 1.0))),
    ];
    for (name, y) in won {
        assert!(is_exact_zero(y.tangent(0)), "{name}: {y:?}");
    }
}

/// `√x·√x = x`, but at 0 its derivative is `0·∞ + 0·∞`: NaN, and no confident 0.
#[test]
fn numeric_zeros_do_not_absorb_an_infinity() {
    let root = x(0.0).sqrt();
    for y in [
        root * root,
        root.powi(2),
        root.pow_const(2.0),
        Scalar::product_of(&[root, root]),
        root * 0.0,
        x(0.0).ln().exp(),
    ] {
        assert!(y.tangent(0).is_nan(), "{y:?}");
        assert!(is_exact_zero(y.tangent(1)), "{y:?}");
    }
}

#[test]
fn detached_numbers_and_constants_have_no_derivative_at_any_order() {
    let at_zero = x(0.0).sqrt().detach();
    assert!(at_zero.is_constant() && at_zero.ln().is_constant());
    assert_eq!((at_zero * x(3.0)).tangents, [0.0, 0.0]);

    let nested = Dual::new(Dual::new(0.0, [1.0]), [Dual::<f64, 1>::one()]);
    let y = nested.sqrt().detach() * nested;
    assert!(y.tangent(0).primal.is_zero() && y.tangent(0).tangent(0).is_zero());
    assert!(Dual::<Dual<f64, 1>, 1>::lit(2.0).is_constant() && !nested.is_constant());
}

/// A seed that is 0 at every level is no seed: the tangent of an unused direction stays 0.
#[test]
fn a_zero_component_of_a_direction_is_inactive() {
    struct Roots;
    impl Differentiable for Roots {
        type Input = [f64; 2];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
            x.sqrt() + *y
        }
    }
    assert_eq!(Forward::new().directional(&Roots, &[0.0, 1.0], &[0.0, 2.0]), Ok(2.0));
    assert_eq!(Forward::new().directional(&Roots, &[0.0, 1.0], &[1.0, 0.0]), Ok(f64::INFINITY));
}

/// The same choices one level further in: the losing side's infinite partials leave no trace in second derivatives.
#[test]
fn the_losing_side_contributes_nothing_at_second_order() {
    let nested = Dual::new(Dual::new(0.0, [1.0]), [Dual::<f64, 1>::one()]);
    let five = Dual::<Dual<f64, 1>, 1>::lit(5.0);
    for y in [
        nested.sqrt().max(five),
        nested.ln().max(five),
        nested.sqrt().clamp(five, five),
        five.select(five, nested.ln()),
    ] {
        assert_eq!((y.tangent(0).primal, y.tangent(0).tangent(0), y.primal.tangent(0)), (0.0, 0.0, 0.0), "{y:?}");
    }
}
