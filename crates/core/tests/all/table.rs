//! Rows by their names and constants.

use anygrad_core::gates::{AddConst, MulConst, Polygamma, Powf, Powi};
use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, UnaryOp};

fn inverts<R: Real>() {
    for (op, _) in UnaryOp::<R>::samples() {
        let name = anygrad_core::Unary::<R>::name(op);
        assert_eq!(UnaryOp::named(name, op.constant()), Some(op), "{name}");
    }
}

#[test]
fn a_name_and_a_constant_are_a_row() {
    inverts::<f64>();
    inverts::<f32>();
    for &(op, _) in BinaryOp::SAMPLES {
        assert_eq!(BinaryOp::named(Binary::<f64>::name(op)), Some(op));
    }
    for &(op, _) in NaryOp::SAMPLES {
        assert_eq!(NaryOp::named(Nary::<f64>::name(op)), Some(op));
    }
}

/// Four rows have a float, two an integer, and the others nothing.
#[test]
fn constants_are_told_exactly() {
    let with: Vec<_> = UnaryOp::<f64>::samples().into_iter().filter(|(op, _)| op.constant().is_some()).collect();
    assert_eq!(with.len(), 6, "{with:?}");
    assert_eq!(UnaryOp::MulConst(MulConst { c: 0.1_f32 }).constant(), Some(f64::from(0.1_f32)));
    assert_eq!(UnaryOp::Powf(Powf { exponent: 5e-324_f64 }).constant(), Some(5e-324));
    for n in [i32::MIN, -1, 0, i32::MAX] {
        let op = UnaryOp::<f32>::Powi(Powi { n });
        assert_eq!((op.constant(), UnaryOp::named("powi", Some(f64::from(n)))), (Some(f64::from(n)), Some(op)));
    }
    let op = UnaryOp::<f32>::Polygamma(Polygamma { order: u32::MAX });
    assert_eq!(op.constant(), Some(4_294_967_295.0));
    assert_eq!(UnaryOp::named("polygamma", Some(4_294_967_295.0)), Some(op));
}

#[test]
fn floats_without_an_order_are_constants_too() {
    let bits = |c: f64| {
        let Some(UnaryOp::<f64>::AddConst(AddConst { c })) = UnaryOp::named("add_const", Some(c)) else {
            panic!("{c}")
        };
        c.to_bits()
    };
    assert_eq!(bits(-0.0), (-0.0_f64).to_bits());
    assert_eq!([bits(f64::INFINITY), bits(f64::NEG_INFINITY)].map(f64::from_bits), [f64::INFINITY, f64::NEG_INFINITY]);
    assert!(f64::from_bits(bits(f64::NAN)).is_nan());
    let narrow = UnaryOp::<f32>::named("add_const", Some(f64::NAN)).and_then(UnaryOp::constant);
    assert!(narrow.is_some_and(f64::is_nan));
}

#[test]
fn a_constant_that_is_missing_or_not_wanted_is_no_row() {
    for (op, _) in UnaryOp::<f64>::samples() {
        let name = anygrad_core::Unary::<f64>::name(op);
        let other = if op.constant().is_some() { None } else { Some(1.0) };
        assert_eq!(UnaryOp::<f64>::named(name, other), None, "{name}");
    }
}

#[test]
fn a_constant_of_another_type_is_no_row() {
    for c in [0.5, -0.5, f64::NAN, f64::INFINITY, 2_147_483_648.0, -2_147_483_649.0, 1e300] {
        assert_eq!(UnaryOp::<f64>::named("powi", Some(c)), None, "{c}");
    }
    for c in [-1.0, 0.5, 4_294_967_296.0, f64::NAN] {
        assert_eq!(UnaryOp::<f64>::named("polygamma", Some(c)), None, "{c}");
    }
    // No f32 is 0.1, 2⁻¹⁵⁰ or 1e300.
    for c in [0.1, 2.0_f64.powi(-150), 1e300] {
        assert_eq!(UnaryOp::<f32>::named("mul_const", Some(c)), None, "{c}");
        assert_eq!(UnaryOp::<f64>::named("mul_const", Some(c)), Some(UnaryOp::MulConst(MulConst { c })));
    }
}

#[test]
fn other_names_are_no_rows() {
    for name in ["", "Sin", "sin ", "sine", "mul", "dot"] {
        assert_eq!(UnaryOp::<f64>::named(name, None), None, "{name:?}");
    }
    for name in ["", "Add", "sin", "dot"] {
        assert_eq!(BinaryOp::named(name), None, "{name:?}");
    }
    for name in ["", "SumOf", "sum_of", "sin", "mul"] {
        assert_eq!(NaryOp::named(name), None, "{name:?}");
    }
}
