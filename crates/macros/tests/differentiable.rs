//! `#[differentiable]`: what it accepts, and that the struct computes what the function computes.
#![deny(warnings)]

// The default path, `::anygrad`, is the facade's; core exports the same names.
extern crate anygrad_core as anygrad;

use anygrad_core::{Backend, Differentiable, Point, Scalar};
use anygrad_forward::Forward;
use anygrad_macros::{Tree, differentiable};

fn gradient<F: Differentiable<Output = f64, Input: Point>>(f: &F, x: &F::Input) -> F::Input
where
    F::Input: anygrad_core::Tree<Leaf = f64>,
{
    Forward::new().gradient(f, x).unwrap()
}

/// A point in the plane, which is not `Copy` and not `Clone`.
#[derive(Debug, PartialEq, Tree)]
struct Plane<S> {
    x: S,
    y: S,
}

mod shapes_of_arguments {
    use super::*;

    /// `x²`, by value.
    #[differentiable]
    fn square<S: Scalar<Real = f64>>(x: S) -> S {
        x * x
    }

    /// With a word of its own on inlining, and no second one.
    #[differentiable]
    #[inline(never)]
    fn square_by_reference<S: Scalar<Real = f64>>(x: &S) -> S {
        *x * *x
    }

    #[differentiable]
    fn product<S: Scalar<Real = f64>>(&[a, b]: &[S; 2]) -> S {
        a * b
    }

    #[differentiable]
    fn product_by_value<S: Scalar<Real = f64>>([a, b]: [S; 2]) -> S {
        a * b
    }

    #[differentiable]
    fn sum_of_squares<S: Scalar<Real = f64>>(x: &[S]) -> S {
        x.iter().map(|x| *x * *x).sum()
    }

    #[differentiable]
    #[allow(clippy::ptr_arg, reason = "the argument's type is what is tested")]
    fn sum_of_squares_of_vec<S: Scalar<Real = f64>>(x: &Vec<S>) -> S {
        x.iter().map(|x| *x * *x).sum()
    }

    #[differentiable]
    fn sum_of_squares_by_value<S: Scalar<Real = f64>>(x: Vec<S>) -> S {
        x.into_iter().map(|x| x * x).sum()
    }

    #[differentiable]
    fn in_the_plane<S: Scalar<Real = f64>>(at: &Plane<S>) -> S {
        at.x * at.y
    }

    #[differentiable]
    fn in_the_plane_by_value<S: Scalar<Real = f64>>(Plane { x, y }: Plane<S>) -> S {
        x * y
    }

    #[differentiable]
    fn along_planes<S: Scalar<Real = f64>>(path: &[Plane<S>]) -> S {
        path.iter().map(|at| at.x * at.y).sum()
    }

    #[differentiable]
    fn tuple<S: Scalar<Real = f64>>((a, (b, c)): (S, ([S; 1], S))) -> S {
        a * b[0] * c
    }

    #[differentiable]
    fn optional<S: Scalar<Real = f64>>(x: Option<S>, y: &Option<S>) -> S {
        x.map_or(S::zero(), |x| x * x) + y.map_or(S::lit(5.0), |y| y * y)
    }

    #[differentiable]
    fn matrix<S: Scalar<Real = f64>>(rows: &[[S; 2]]) -> S {
        rows.iter().map(|[a, b]| *a * *b).sum()
    }

    #[test]
    fn give_inputs_of_the_same_shape() {
        assert_eq!(gradient(&Square, &3.0), 6.0);
        assert_eq!(gradient(&SquareByReference, &3.0), 6.0);
        assert_eq!(gradient(&Product, &[3.0, 4.0]), [4.0, 3.0]);
        assert_eq!(gradient(&ProductByValue, &[3.0, 4.0]), [4.0, 3.0]);
        assert_eq!(gradient(&SumOfSquares, &vec![3.0, 4.0]), [6.0, 8.0]);
        assert_eq!(gradient(&SumOfSquaresOfVec, &vec![3.0, 4.0]), [6.0, 8.0]);
        assert_eq!(gradient(&SumOfSquaresByValue, &vec![3.0, 4.0]), [6.0, 8.0]);
        assert_eq!(gradient(&InThePlane, &Plane { x: 3.0, y: 4.0 }), Plane { x: 4.0, y: 3.0 });
        assert_eq!(gradient(&InThePlaneByValue, &Plane { x: 3.0, y: 4.0 }), Plane { x: 4.0, y: 3.0 });
        let path = vec![Plane { x: 3.0, y: 4.0 }, Plane { x: 5.0, y: 6.0 }];
        assert_eq!(gradient(&AlongPlanes, &path), [Plane { x: 4.0, y: 3.0 }, Plane { x: 6.0, y: 5.0 }]);
        assert_eq!(gradient(&Tuple, &(2.0, ([3.0], 4.0))), (12.0, ([8.0], 6.0)));
        assert_eq!(gradient(&Optional, &(Some(3.0), None)), (Some(6.0), None));
        assert_eq!(gradient(&Matrix, &vec![[3.0, 4.0]]), [[4.0, 3.0]]);
    }

    #[test]
    fn leave_the_functions_as_they_are() {
        assert_eq!(square(3.0), Square.call(&3.0));
        assert_eq!(square_by_reference(&3.0), 9.0);
        assert_eq!(product(&[3.0, 4.0]), product_by_value([3.0, 4.0]));
        assert_eq!(sum_of_squares(&[3.0, 4.0]), 25.0);
        assert_eq!(sum_of_squares_of_vec(&vec![3.0, 4.0]), sum_of_squares_by_value(vec![3.0, 4.0]));
        assert_eq!(in_the_plane(&Plane { x: 3.0, y: 4.0 }), in_the_plane_by_value(Plane { x: 3.0, y: 4.0 }));
        assert_eq!(along_planes(&[Plane { x: 3.0, y: 4.0 }]), 12.0);
        assert_eq!(tuple((2.0, ([3.0], 4.0))), 24.0);
        assert_eq!(optional(Some(3.0), &None), 14.0);
        assert_eq!(matrix(&[[3.0, 4.0]]), 12.0);
    }

    /// The largest number of active arguments, each taken in its own way.
    #[differentiable]
    fn six<S: Scalar<Real = f64>>(a: S, b: &S, [c]: [S; 1], d: &[S], e: Plane<S>, (f,): &(S,)) -> S {
        a * *b * c * d[0] * e.x * *f
    }

    #[test]
    fn make_a_tuple_if_there_are_several() {
        let x = (1.0, 2.0, [3.0], vec![4.0], Plane { x: 5.0, y: 0.0 }, (6.0,));
        let expected = (720.0, 360.0, [240.0], vec![180.0], Plane { x: 144.0, y: 0.0 }, (120.0,));
        assert_eq!(gradient(&Six, &x), expected);
    }
}

mod captured {
    use super::*;

    #[differentiable]
    fn line<S: Scalar<Real = f64>>(w: &[S; 2], data: &[(f64, f64)], scale: f64) -> S {
        data.iter().map(|(x, y)| (w[0] * *x + w[1] - *y).powi(2)).sum::<S>() * scale
    }

    #[test]
    fn data_are_fields_in_order() {
        let points = vec![(1.0, 2.0), (2.0, 3.0)];
        let loss = Line { data: &points, scale: 0.5 };
        // Residuals at (0, 0) are −2 and −3: ½∇ = (−2·1 − 3·2, −2 − 3).
        assert_eq!(gradient(&loss, &[0.0, 0.0]), [-8.0, -5.0]);
        assert_eq!(line(&[0.0, 0.0], &points, 0.5), 6.5);
        assert_eq!(Line::new(&points, 0.5).call(&[0.0, 0.0]), 6.5);
        let copy = loss;
        assert_eq!(format!("{copy:?}"), format!("{loss:?}"));
        assert_eq!(format!("{loss:?}"), "Line { data: [(1.0, 2.0), (2.0, 3.0)], scale: 0.5 }");
    }

    /// A type without `Debug` and without `Clone`.
    struct Opaque(f64);

    /// A type with `Clone` alone.
    #[derive(Clone)]
    struct Owned(f64);

    #[differentiable]
    fn mixed<S: Scalar<Real = f64>>(name: &str, x: S, opaque: &Opaque, owned: Owned, mut f: Vec<f64>, n: usize) -> S {
        f.push(name.len() as f64);
        x * opaque.0 * owned.0 * f[0] * f[1] * n as f64
    }

    #[test]
    fn owned_data_is_cloned_and_passive_arguments_may_stand_anywhere() {
        let opaque = Opaque(2.0);
        let f = Mixed { name: "abc", opaque: &opaque, owned: Owned(3.0), f: vec![5.0], n: 7 };
        assert_eq!(gradient(&f, &1.0), 630.0);
        assert_eq!(gradient(&f.clone(), &1.0), 630.0);
        assert_eq!(mixed("abc", 1.0, &opaque, Owned(3.0), vec![5.0], 7), 630.0);
    }

    /// Data behind a reference may be anything.
    #[differentiable]
    fn shared<T: AsRef<[f64]>, S: Scalar<Real = f64>>(x: S, any: &T) -> S {
        x * any.as_ref()[0]
    }

    #[test]
    fn references_are_copied_whatever_they_refer_to() {
        struct Data([f64; 1]);
        impl AsRef<[f64]> for Data {
            fn as_ref(&self) -> &[f64] {
                &self.0
            }
        }
        let f = Shared { any: &Data([2.0]) };
        let copy = f;
        assert_eq!((f.call(&3.0), copy.call(&4.0)), (6.0, 8.0));
    }

    #[differentiable]
    fn with_functions<S: Scalar<Real = f64>>(x: S, f: &dyn Fn(&f64) -> f64, g: fn(&f64) -> f64) -> S {
        x * f(&2.0) * g(&3.0)
    }

    #[test]
    fn functions_are_data() {
        let offset = 1.0;
        let f = WithFunctions { f: &|x| x + offset, g: |x| x * 2.0 };
        assert_eq!(gradient(&f, &1.0), 18.0);
    }

    #[differentiable]
    fn with_reals<S: Scalar<Real = f64>>(x: &[S], w: &[S::Real], c: <S as Scalar>::Real) -> S {
        x.iter().zip(w).map(|(x, w)| *x * *w).sum::<S>() * c
    }

    #[test]
    fn the_real_of_the_scalar_is_data() {
        assert_eq!(gradient(&WithReals { w: &[2.0, 3.0], c: 2.0 }, &vec![1.0, 1.0]), [4.0, 6.0]);
    }

    #[differentiable]
    fn raw<S: Scalar<Real = f64>>(x: S, r#type: f64, marker: f64) -> S {
        x * r#type * marker
    }

    #[differentiable]
    fn r#match<S: Scalar<Real = f64>>(x: S) -> S {
        x
    }

    #[test]
    fn raw_identifiers() {
        let f = Raw { r#type: 2.0, marker: 3.0 };
        assert_eq!(gradient(&f, &1.0), 6.0);
        assert_eq!(format!("{f:?} {Match:?}"), "Raw { type: 2.0, marker: 3.0 } Match");
        assert_eq!(r#match(2.0), Match.call(&2.0));
    }
}

mod outputs {
    use super::*;

    #[differentiable]
    fn array<S: Scalar<Real = f64>>(x: S) -> [S; 2] {
        [x, x * x]
    }

    #[differentiable]
    fn vector<S: Scalar<Real = f64>>(x: &[S]) -> Vec<S> {
        x.iter().map(|x| *x * 2.0).collect()
    }

    #[differentiable]
    fn structure<S: Scalar<Real = f64>>(x: S) -> (Plane<S>, Option<S>) {
        (Plane { x, y: x * x }, (x.primal() > 0.0).then_some(x))
    }

    #[test]
    fn have_the_shape_of_the_return_type() {
        assert_eq!(Array.call(&3.0), [3.0, 9.0]);
        assert_eq!(Vector.call(&vec![3.0]), [6.0]);
        assert_eq!(Structure.call(&3.0), (Plane { x: 3.0, y: 9.0 }, Some(3.0)));
        assert_eq!(Forward::new().jacobian(&Array, &3.0).unwrap()[(1, 0)], 6.0);
    }
}

mod names {
    // Nothing is imported but the macro: the generated code names all that it uses by its path.
    use anygrad_macros::differentiable;

    #[differentiable(name = Doubling, crate = anygrad_core)]
    fn double<S: anygrad_core::Scalar<Real = f64>>(x: S) -> S {
        x + x
    }

    #[differentiable(crate = ::anygrad_core,)]
    #[cfg(test)]
    fn y2_k<Leaf: anygrad_core::Real, Self_: anygrad_core::Scalar<Real = Leaf>>(
        point: Self_,
        part0: Leaf,
        leaf: &[Leaf],
    ) -> Self_ {
        point * part0 * leaf[0]
    }

    // The names that the generated code uses are free for other things.
    #[differentiable]
    fn point<T: anygrad_core::Scalar<Real = f64>>(point: T, part0: T, call: f64) -> T {
        let leaf = 2.0;
        point * part0 * call * leaf
    }

    // What is not compiled leaves nothing behind.
    #[differentiable]
    #[cfg(any())]
    fn double_again<S: Nowhere>(x: S) -> S {
        x
    }
    struct DoubleAgain;

    // A struct with the name of the scalar.
    #[differentiable]
    fn s<S: anygrad_core::Scalar<Real = f64>>(x: S) -> S {
        x
    }

    #[test]
    fn may_be_chosen_and_do_not_collide() {
        use anygrad_core::Differentiable;
        assert_eq!(double(2.0), Doubling.call(&2.0));
        assert_eq!(y2_k(2.0, 3.0, &[4.0]), Y2K { part0: 3.0, leaf: &[4.0] }.call(&2.0));
        assert_eq!(point(2.0, 3.0, 4.0), Point { call: 4.0 }.call(&(2.0, 3.0)));
        assert_eq!(s(2.0), S.call(&2.0));
        let DoubleAgain = DoubleAgain;
    }

    #[test]
    fn may_be_local() {
        use anygrad_core::Differentiable;
        #[differentiable]
        const fn identity<S: anygrad_core::Scalar<Real = f64>>(x: S) -> S {
            x
        }
        assert_eq!(identity(2.0), Identity.call(&2.0));
    }
}

mod in_macro_rules {
    use super::*;

    macro_rules! power {
        ($name:ident, $scalar:ident, $in:ty, $n:expr) => {
            #[differentiable]
            fn $name<$scalar: Scalar<Real = f64>>(x: $in) -> $scalar {
                x.powi($n)
            }
        };
    }

    power!(cube, S, &S, 3);
    power!(fourth, T, T, 4);

    #[test]
    fn groups_without_delimiters_are_seen_through() {
        assert_eq!(gradient(&Cube, &2.0), 12.0);
        assert_eq!(gradient(&Fourth, &2.0), 32.0);
    }
}
