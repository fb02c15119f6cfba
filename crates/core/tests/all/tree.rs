//! Trees: order of the leaves, shapes, and what a wrong shape gets.

use anygrad_core::{Error, Scalar, ShapeMismatch, Tree};

type Nested = (Vec<[f64; 2]>, Option<f64>, (f64, Vec<f64>));

fn sample() -> Nested {
    (vec![[1.0, 2.0], [3.0, 4.0]], Some(5.0), (6.0, vec![7.0]))
}

#[test]
fn leaves_come_in_the_order_written() {
    assert_eq!(Nested::flatten(&sample()), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    assert_eq!(Nested::count(&sample()), 7);
    type Six = (f64, f64, f64, f64, f64, f64);
    assert_eq!(Six::flatten(&(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn refill_is_the_inverse_of_flatten() {
    let leaves = Nested::flatten(&sample());
    let empty = Nested::map(&sample(), &mut |_: f64| 0.0);
    assert_eq!(Nested::refill(&empty, &mut leaves.into_iter()), Ok(sample()));
}

#[test]
fn refill_says_how_many_leaves_are_missing() {
    let result = Nested::refill(&sample(), &mut [1.0, 2.0].into_iter());
    assert_eq!(result, Err(Error::DimensionMismatch { what: "leaves", expected: 7, found: 2 }));
}

#[test]
fn writing_reaches_every_leaf() {
    let mut tree = sample();
    Nested::each_mut(&mut tree, &mut |leaf: &mut f64| *leaf = -*leaf);
    assert_eq!(Nested::flatten(&tree), [-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0]);
}

#[test]
fn shapes_are_compared_as_structures_not_as_counts() {
    type Rows = Vec<Vec<f64>>;
    let (two_one, one_two) = (vec![vec![1.0, 2.0], vec![3.0]], vec![vec![1.0], vec![2.0, 3.0]]);
    assert_eq!(Rows::count(&two_one), Rows::count(&one_two));
    let mismatch = Rows::zip(&two_one, &one_two, &mut |_: f64, _: f64| ());
    assert_eq!(mismatch, Err(ShapeMismatch { expected: 2, found: 1 }));
    let error = Option::<f64>::check_shape::<f64, f64>("seed", &Some(1.0), &None).unwrap_err();
    assert_eq!(error.to_string(), "seed: expected length 1, found 0");
}

#[test]
fn none_and_empty_have_no_leaves() {
    assert_eq!(Option::<f64>::count(&None::<f64>), 0);
    assert_eq!(Vec::<f64>::flatten(&Vec::<f64>::new()), []);
    assert_eq!(<[f64; 0]>::count::<f64>(&[]), 0);
}

#[test]
fn both_floats_are_leaves() {
    assert_eq!(<(f32, [f32; 2])>::flatten(&(1.0, [2.0, 3.0])), [1.0_f32, 2.0, 3.0]);
    assert_eq!(f32::lit(0.1), 0.1_f32);
}
