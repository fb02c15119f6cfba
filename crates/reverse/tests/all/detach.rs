//! A detached number under nesting: its value, and no derivative at any order.

use anygrad_core::Scalar;
use anygrad_core::num_traits::{Float, One, Zero};
use anygrad_forward::Dual;
use anygrad_reverse::{Tape, Var};

/// `c·x³` with `c = x²` detached: 32 at 2, with derivatives `3cx² = 48`, `6cx = 48` and `6c = 24`.
fn cubic<S: Scalar<Real = f64>>(x: S) -> S {
    (x * x).detach() * x * x * x
}

type Twice = Dual<Dual<f64, 1>, 1>;

fn seeded<T: Scalar>(x: T) -> Dual<T, 1> {
    Dual::new(x, [T::one()])
}

#[test]
fn dual_over_dual() {
    let y = cubic(seeded(seeded(2.0)));
    assert_eq!(
        (y.primal(), y.primal.tangent(0), y.tangent(0).primal, y.tangent(0).tangent(0)),
        (32.0, 48.0, 48.0, 48.0)
    );
    let third = cubic(seeded(seeded(seeded(2.0)))).tangent(0).tangent(0).tangent(0);
    assert_eq!(third, 24.0);
}

#[test]
fn var_over_dual() {
    let adjoint = Tape::new().record(|recording| {
        let x = recording.variable(seeded(2.0));
        let y = cubic(x);
        assert_eq!((y.value().primal, y.value().tangent(0)), (32.0, 48.0));
        recording.adjoints(y).ok().and_then(|adjoints| adjoints.of(x))
    });
    assert_eq!(adjoint.map(|adjoint| (adjoint.primal, adjoint.tangent(0))), Some((48.0, 48.0)));
}

#[test]
fn dual_over_var() {
    let found = Tape::new().record(|recording| {
        let x = recording.variable(2.0);
        let y = cubic(seeded(x));
        let slope = y.tangent(0);
        assert_eq!((y.primal(), slope.value()), (32.0, 48.0));
        [y.primal, slope].map(|y| recording.adjoints(y).ok().and_then(|adjoints| adjoints.of(x)))
    });
    assert_eq!(found, [Some(48.0), Some(48.0)]);
}

/// At every level the number itself is a constant, with the bits of its value.
fn assert_constant<S: Scalar<Real = f64>>(x: S) {
    assert!(!x.is_constant());
    let detached = x.detach();
    assert!(detached.is_constant() && detached.sqrt().is_constant(), "{x}");
    assert_eq!(detached.primal().to_bits(), x.primal().to_bits());
}

#[test]
fn a_detached_number_is_a_constant_at_every_level() {
    for x in [2.0, 0.0, -0.0, 5e-324, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        assert_constant(seeded(x));
        assert_constant(seeded(seeded(x)));
        // Active at one level alone.
        assert_constant::<Twice>(Dual::new(Dual::from(x), [Dual::one()]));
        assert_constant::<Twice>(Dual::from(seeded(x)));
        Tape::new().record(|recording| assert_constant(recording.variable(x)));
        Tape::new().record(|recording| assert_constant(recording.variable(seeded(x))));
        Tape::new().record(|recording| assert_constant(seeded(recording.variable(x))));
        Tape::new().record(|recording| assert_constant::<Dual<Var<'_, f64>, 1>>(Dual::from(recording.variable(x))));
    }
}

/// Infinite and undefined partials further inside leave no trace: `x + stop(√x)` has the derivative 1 at 0 and the second one 0.
#[test]
fn what_was_singular_before_is_forgotten() {
    for at in [0.0, -1.0] {
        let y = seeded(seeded(at)).sqrt().detach() + seeded(seeded(at));
        assert_eq!((y.tangent(0).primal, y.primal.tangent(0)), (1.0, 1.0), "{at}");
        assert!(y.tangent(0).tangent(0).is_zero(), "{at}");
        let adjoint = Tape::new().record(|recording| {
            let x = recording.variable(seeded(at));
            let y = x.sqrt().detach() + x;
            recording.adjoints(y).ok().and_then(|adjoints| adjoints.of(x))
        });
        assert_eq!(adjoint.map(|adjoint| (adjoint.primal, adjoint.tangent(0))), Some((1.0, 0.0)), "{at}");
    }
}
