//! What a comparison asks, at floats.

use anygrad_core::{Real, Relation};

const ALL: [Relation; 3] = [Relation::Less, Relation::LessOrEqual, Relation::Equal];

fn between<R: Real>(a: R, b: R) -> [bool; 3] {
    let found = ALL.map(|relation| relation.holds(a, b));
    assert_eq!(ALL.map(|relation| a.holds(relation, b)), found, "{a} and {b} as scalars");
    found
}

fn check<R: Real>() {
    let (zero, one, most) = (R::zero(), R::one(), R::max_value());
    assert_eq!(between(zero, one), [true, true, false]);
    assert_eq!(between(one, zero), [false; 3]);
    assert_eq!(between(-zero, zero), [false, true, true]);
    assert_eq!(between(R::infinity(), R::infinity()), [false, true, true]);
    assert_eq!(between(most, R::infinity()), [true, true, false]);
    assert_eq!(between(R::neg_infinity(), -most), [true, true, false]);
}

#[test]
fn numbers_stand_in_the_relations_of_their_order() {
    check::<f64>();
    check::<f32>();
}

#[test]
fn nan_stands_in_none() {
    for x in [0.0, -1.0, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        assert_eq!((between(f64::NAN, x), between(x, f64::NAN)), ([false; 3], [false; 3]), "{x}");
    }
    assert_eq!(between(f32::NAN, f32::NAN), [false; 3]);
}
