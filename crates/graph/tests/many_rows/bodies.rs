//! Functions with loops.

use std::marker::PhantomData;

use anygrad_core::num_traits::Float as _;
use anygrad_core::{Differentiable, Real, Scalar, Unary, loops};

/// A function over any leaf.
pub(crate) trait Body {
    fn call<S: Scalar>(x: &[S]) -> Vec<S>;
}

/// A function over the leaf `R`.
pub(crate) struct Over<B, R>(pub(crate) PhantomData<(B, R)>);

macro_rules! impl_over {
    ($($R:ident)+) => {
        $(impl<B: Body> Differentiable for Over<B, $R> {
            type Input = Vec<$R>;
            type Output = Vec<$R>;
            fn call<S: Scalar<Real = $R>>(&self, x: &Vec<S>) -> Vec<S> {
                B::call(x)
            }
        })+
    };
}

impl_over!(f32 f64);

/// A sum over three neighbours: the rows of its adjoint overlap.
pub(crate) struct Windows;

impl Body for Windows {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let term = |x: &[S]| (x[1] - x[0] * x[0]).powi(2) * S::lit(100.0) + (S::one() - x[2]).sin() * x[1];
        vec![loops::sum(loops::windows(x, 3), term)]
    }
}

/// Sums with numbers from outside, of which some are computed in the body for all rows alike.
pub(crate) struct Captured;

impl Body for Captured {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let (w, rest) = x.split_at(3);
        let data: Vec<S::Real> = (0..2 * rest.len()).map(|i| S::Real::narrow((i as f64 * 0.7).cos())).collect();
        let rows = (loops::each(rest), loops::data_rows(&data, 2));
        let term = |(x, data): (S, &[S])| {
            let scale = if w[0] > S::lit(-9.0) { w[0].exp() * w[1] } else { w[1] };
            (S::dot(data, &w[1..]) + scale * x).softplus() + S::logsumexp(&[x, scale, data[1]]) * w[2]
        };
        vec![loops::sum(rows, term)]
    }
}

/// Rows on four paths, of which two are rare.
pub(crate) struct Forked;

impl Body for Forked {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let term = |x: S| {
            if x > S::lit(0.995) {
                x.sqrt()
            } else if x.is_nan() || x < S::lit(-0.999) {
                x * S::lit(3.0)
            } else {
                x.max(S::zero()) * x
            }
        };
        vec![loops::sum(loops::each(x), |x: S| if x > S::zero() { term(x) * x } else { term(x) })]
    }
}

/// Arrays from loop to loop: outputs of one number, and of two.
pub(crate) struct Mapped;

impl Body for Mapped {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let first = loops::map(loops::windows(x, 2), |x: &[S]| x[0].tanh() * x[1]);
        let ((), pairs) = loops::scan((), loops::each(&first), |(), y: S| ((), [y.cos(), y / S::lit(3.0)]));
        pairs.into_iter().flatten().collect()
    }
}

/// Loops in loops, one of them the same for all rows.
pub(crate) struct Nested;

impl Body for Nested {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let (w, rows) = x.split_at(5);
        let term = |row: &[S]| {
            let first = row[0];
            let norm = loops::sum(loops::each(w), |w: S| w * w);
            loops::sum((loops::each(row), loops::each(w)), |(x, w): (S, S)| (x * first + w).sin()) * norm
        };
        vec![loops::sum(loops::chunks(rows, 5), term)]
    }
}

/// Steps with a state, which need one another.
pub(crate) struct Stepped;

impl Body for Stepped {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let (w, rest) = x.split_at(1);
        let step = |[a, b]: [S; 2], x: S| {
            let next = a + (b * x - a * w[0]) * S::lit(0.1);
            ([next, b * S::lit(0.5) + x], next * x)
        };
        let ([a, b], outputs) = loops::scan([S::one(), S::zero()], loops::each(rest), step);
        vec![a * b + loops::sum(loops::each(&outputs), |y: S| y * y)]
    }
}

/// A gate of its own, `x³`.
#[derive(Clone, Copy, Debug)]
struct Cube;

impl<R: Real> Unary<R> for Cube {
    fn name(self) -> &'static str {
        "cube"
    }

    fn value(self, x: R) -> R {
        x * x * x
    }

    fn partial<T: Scalar<Real = R>>(self, x: T, _: T) -> T {
        x * x * T::lit(3.0)
    }
}

pub(crate) struct Cubes;

impl Body for Cubes {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        vec![loops::sum(loops::each(x), |x: S| x.unary(Cube) - x.abs().powf(S::lit(1.5)))]
    }
}

/// A square root that is not to be asked for of other numbers.
#[derive(Clone, Copy, Debug)]
struct Root;

impl<R: Real> Unary<R> for Root {
    fn name(self) -> &'static str {
        "root"
    }

    fn value(self, x: R) -> R {
        assert!(x > R::zero(), "{x} has no root");
        x.sqrt()
    }

    fn partial<T: Scalar<Real = R>>(self, _: T, y: T) -> T {
        (y + y).recip()
    }
}

pub(crate) struct Roots;

impl Body for Roots {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        vec![loops::sum(loops::each(x), |x: S| if x > S::zero() { x.unary(Root) } else { x * x })]
    }
}

/// A body of so many numbers that fewer rows run at once.
pub(crate) struct Long;

impl Body for Long {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let term = |x: S| {
            let factor = if x > S::lit(0.9) { x * x } else { x };
            (0..350).fold(factor, |y, k| y * factor + S::lit(f64::from(k).cos()))
        };
        vec![loops::sum(loops::each(x), term)]
    }
}

/// Numbers that are looked at while recording: what the loops gave then has to be what they give later.
pub(crate) struct Looked;

impl Body for Looked {
    fn call<S: Scalar>(x: &[S]) -> Vec<S> {
        let kinds: Vec<S::Real> = (0..x.len()).map(|i| S::Real::narrow(if i % 50 == 7 { 2.0 } else { 1.0 })).collect();
        let kind = |(x, kind): (S, S)| if kind.primal() == S::Real::narrow(1.0) { x } else { x * x };
        let mapped = loops::map((loops::each(x), loops::data(&kinds)), kind);
        let sum = loops::sum(loops::each(&mapped), |x: S| x * x.exp());
        mapped.iter().chain([&sum]).for_each(|number| assert!(number.primal().is_finite()));
        vec![sum]
    }
}
