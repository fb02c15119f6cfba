//! `function!`: a function with captured data, as a value.
#![deny(warnings)]

extern crate anygrad_core as anygrad;

use anygrad_core::{Backend, Differentiable, Scalar};
use anygrad_forward::Forward;
use anygrad_macros::{Tree, function};

#[test]
fn nothing_captured() {
    let square = function!(|x: S| -> S { x * x });
    assert_eq!(square.call(&3.0), 9.0);
    assert_eq!(Forward::new().derivative(&square, 3.0).unwrap(), 6.0);
    assert_eq!(format!("{square:?}"), "Function");
}

#[test]
fn data_is_captured_by_reference_and_by_value() {
    let points = vec![(1.0, 2.0), (2.0, 3.0)];
    let names = vec!["a".to_owned()];
    let loss = function!(|w: &[S; 2], data: &[(f64, f64)] = &points, b: S, names: Vec<String> = names.clone(), k: f64 = 0.5 + 0.5,| -> S {
        data.iter().map(|(x, y)| (w[0] * *x + w[1] + b - *y).powi(2)).sum::<S>() * k * names.len() as f64
    });
    // Residuals at 0 are −2 and −3.
    assert_eq!(loss.call(&([0.0, 0.0], 0.0)), 13.0);
    let (w, b): ([f64; 2], f64) = Forward::new().gradient(&loss, &([0.0, 0.0], 0.0)).unwrap();
    assert_eq!((w, b), ([-16.0, -10.0], -10.0));
    assert_eq!(points.len() + names.len(), 3);
}

#[test]
fn a_captured_temporary_lives_as_long_as_the_value() {
    let f = function!(|x: S, data: &[f64] = &[1.0; 3].map(f64::sqrt)| -> S { x * data[2] * 3.0 });
    assert_eq!(f.call(&2.0), 6.0);
}

#[test]
fn values_end_where_they_are_whole() {
    let pair = (2.0, 3.0);
    let f = function!(|x: S, n: usize = Vec::<(u8, u8)>::with_capacity(0).len(), c: f64 = f64::max(pair.0, pair.1), or: bool = (true | false)| -> S {
        if or { x * (c + n as f64) } else { x }
    });
    assert_eq!(f.call(&2.0), 6.0);
}

#[test]
fn the_leaf_may_be_chosen() {
    let f = function!(f32; |x: S, c: f32 = 0.1| -> S { x * c });
    assert_eq!(f.call(&1.0_f32), 0.1_f32);
    let g = function!(crate = anygrad_core; f32; |[x, y]: [S; 2]| -> (S, S) { (y, x) });
    assert_eq!(g.call(&[1.0_f32, 2.0]), (2.0, 1.0));
    let h = function!(crate = ::anygrad_core; |x: S| -> S { x });
    assert_eq!(h.call(&1.0_f64), 1.0);
}

#[test]
fn two_in_one_scope_and_one_within_another() {
    let f = function!(|x: S| -> S { x + x });
    let g = function!(|x: S, f: f64 = f.call(&3.0)| -> S {
        let h = function!(|y: S| -> S { y * y });
        x * f * h.call(&2.0)
    });
    assert_eq!((f.call(&1.0), g.call(&1.0)), (2.0, 24.0));
}

#[test]
fn items_around_it_are_in_reach() {
    #[derive(Tree)]
    struct Pair<S> {
        a: S,
        b: S,
    }
    const C: f64 = 2.0;
    fn helper<S: Scalar<Real = f64>>(x: S) -> S {
        x * C
    }
    let f = function!(|pair: &Pair<S>| -> S { helper(pair.a) * pair.b });
    let Pair { a, b } = Forward::new().gradient(&f, &Pair { a: 3.0, b: 4.0 }).unwrap();
    assert_eq!((a, b), (8.0, 6.0));
}

#[test]
fn macros_may_write_it() {
    macro_rules! scaled_by {
        ($scale:expr, $factor:block) => {
            function!(|x: S, scale: f64 = $scale| -> S {
                let factor = $factor;
                x * scale * factor
            })
        };
    }
    let f = scaled_by!(1.0 + 2.0, { S::lit(2.0) });
    assert_eq!(f.call(&1.0), 6.0);
}
