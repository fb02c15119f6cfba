//! `#[differentiable]`: functions with further generics, over every leaf.
#![deny(warnings)]

// The default path, `::anygrad`, is the facade's; core exports the same names.
extern crate anygrad_core as anygrad;

use anygrad_core::{Backend, Differentiable, Point, Real, Scalar};
use anygrad_forward::Forward;
use anygrad_macros::differentiable;

fn gradient<F: Differentiable<Output = f64, Input: Point>>(f: &F, x: &F::Input) -> F::Input
where
    F::Input: anygrad_core::Tree<Leaf = f64>,
{
    Forward::new().gradient(f, x).unwrap()
}

mod generics {
    use super::*;
    use std::borrow::Cow;

    #[differentiable]
    fn neuron<R: Real, S: Scalar<Real = R>>([a, b, c, x, y]: [S; 5]) -> S {
        (a * x + b * y + c).sigmoid()
    }

    #[differentiable]
    fn scaled<R, S>(x: S, marker: R) -> S
    where
        R: Real,
        S: Scalar<Real = R>,
    {
        x * marker
    }

    #[test]
    fn an_open_leaf_makes_the_struct_generic() {
        let x = [1.0, 2.0, -3.0, -1.0, 3.0];
        let y = Neuron::<f64>::new().call(&x);
        assert!((y - 1.0 / (1.0 + (-2.0_f64).exp())).abs() <= f64::EPSILON);
        let single: f32 = Neuron::<f32>::default().call(&x.map(|x| x as f32));
        assert!((single - 0.880_797).abs() < 1e-6);
        assert_eq!(Scaled { marker: 3.0_f32 }.call(&2.0_f32), 6.0);
        assert_eq!(Forward::new().derivative(&Scaled { marker: 3.0_f32 }, 2.0).unwrap(), 3.0);
        let copy = Neuron::<f32>::new();
        let _both = (copy, copy);
        assert_eq!(format!("{copy:?}"), "Neuron");
    }

    #[differentiable]
    fn single<S: Scalar<Real = f32>>(x: S) -> S {
        x * 0.1
    }

    #[differentiable]
    fn any_leaf<S: Scalar>(x: S, c: S::Real) -> S {
        x * c
    }

    #[test]
    fn the_leaf_is_the_real_of_the_bound_or_f64() {
        assert_eq!(Single.call(&1.0_f32), 0.1_f32);
        assert_eq!(AnyLeaf { c: 0.1 }.call(&1.0_f64), 0.1_f64);
        assert_eq!(any_leaf(1.0_f32, 0.1), 0.1_f32);
    }

    /// Type parameters, constants and lifetimes.
    #[differentiable]
    fn everything<'a, 'b: 'a, T, R, S, const N: usize, const M: usize>(
        x: &'a [S; N],
        weights: &'b [T; M],
        names: &[Cow<'_, str>],
        late: &'a [f64],
    ) -> [S; 2]
    where
        T: Into<R> + Copy + 'b,
        R: Real,
        S: Scalar<Real = R>,
    {
        let total: S = weights.iter().map(|w| x[0] * (*w).into()).sum();
        [total * R::narrow(names.len() as f64), x[N - 1] * R::narrow(late[0])]
    }

    #[test]
    fn all_kinds_are_carried() {
        let names = [Cow::Borrowed("a")];
        let f = Everything::<f32, f64, 3, 2>::new(&[1.0_f32, 2.0], &names, &[5.0]);
        let y: [f64; 2] = f.call(&[2.0_f64, 3.0, 4.0]);
        assert_eq!(y, [6.0, 20.0]);
        assert_eq!(everything(&[2.0_f64, 3.0, 4.0], &[1.0_f32, 2.0], &names, &[5.0]), y);
    }

    /// Bounds on the scalar that every scalar meets, and a scalar that comes first.
    #[differentiable]
    fn bounded<S, R>(x: &[Vec<S>], w: &[R], (_, y): (S, [Vec<S>; 1])) -> S
    where
        S: Scalar<Real = R> + std::fmt::Debug,
        Vec<S>: std::fmt::Debug,
        R: Real,
    {
        x[0][0] * w[0] * y[0][0]
    }

    #[test]
    fn bounds_on_the_scalar_stay_with_the_function() {
        assert_eq!(Bounded { w: &[2.0_f32] }.call(&(vec![vec![3.0_f32]], (0.0, [vec![4.0]]))), 24.0);
        assert_eq!(bounded(&[vec![3.0]], &[2.0], (0.0, [vec![4.0]])), 24.0);
    }

    #[differentiable]
    fn first<const N: usize, S: Scalar<Real = f64>>(x: &[S; N]) -> S {
        x[0]
    }

    #[test]
    fn constants_are_inferred_from_the_input() {
        assert_eq!(gradient(&First, &[5.0, 6.0, 7.0]), [1.0, 0.0, 0.0]);
        assert_eq!(gradient(&First::<1>, &[5.0]), [1.0]);
    }

    #[differentiable]
    fn over_any_iterator<S: Scalar<Real = f64>, I: Iterator<Item = f64> + Clone>(x: S, factors: I) -> S {
        factors.fold(x, |x, factor| x * factor)
    }

    #[test]
    fn data_of_a_type_parameter() {
        assert_eq!(gradient(&OverAnyIterator { factors: [2.0, 3.0].into_iter() }, &1.0), 6.0);
    }
}
