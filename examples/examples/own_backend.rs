//! A backend of your own: sparsity, the pattern of a Jacobian instead of its numbers.

use anygrad::arrays::Elements;
use anygrad::prelude::*;
use anygrad::{Binary, Gradient, In, Leaf, Mode, Nary, Out, Unary, impl_scalar_traits};

/// A number, and whether it depends on an input that was marked.
#[derive(Clone, Copy, Debug)]
struct Marked<T> {
    value: T,
    is_marked: bool,
}

impl<T: Scalar> Scalar for Marked<T> {
    type Real = T::Real;
    type Array = Elements<Self>;

    fn constant(c: T::Real) -> Self {
        Self { value: T::constant(c), is_marked: false }
    }
    fn primal(self) -> T::Real {
        self.value.primal()
    }
    fn unary<G: Unary<T::Real>>(self, gate: G) -> Self {
        Self { value: self.value.unary(gate), is_marked: self.is_marked }
    }
    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        Self { value: self.value.binary(gate, rhs.value), is_marked: self.is_marked || rhs.is_marked }
    }
    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let values: Vec<T> = args.iter().map(|arg| arg.value).collect();
        Self { value: T::nary(gate, &values), is_marked: args.iter().any(|arg| arg.is_marked) }
    }
    fn is_constant(self) -> bool {
        !self.is_marked && self.value.is_constant()
    }
}

impl_scalar_traits!([T: Scalar] Marked<T>, leaf of T);

/// Entry `(i, j)` of its Jacobian is 1 where output `i` depends on input `j`, otherwise 0.
#[derive(Clone, Copy)]
struct Sparsity;

impl Backend for Sparsity {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "sparsity"
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        F::Input::check_shape::<T, T>("tangent", x, dx)?;
        let mut tangents = F::Input::flatten::<T>(dx).into_iter();
        let marked = F::Input::map::<T, Marked<T>>(x, &mut |value| {
            let is_marked = tangents.next().is_some_and(|tangent| !tangent.is_zero());
            Marked { value, is_marked }
        });
        let y = f.call::<Marked<T>>(&marked);
        let pattern = |y: Marked<T>| if y.is_marked { T::one() } else { T::zero() };
        Ok((F::Output::map::<Marked<T>, T>(&y, &mut |y| y.value), F::Output::map::<Marked<T>, T>(&y, &mut { pattern })))
    }
}

/// A row of heat: every inner point feels its two neighbours, the ends feel nothing.
#[differentiable]
fn heat<S: Scalar<Real = f64>>(u: &[S; 6]) -> [S; 6] {
    std::array::from_fn(|i| if i == 0 || i == 5 { S::one() } else { u[i - 1] - u[i] * 2.0 + u[i + 1] * u[i] })
}

/// A chain of springs, and one far pair that attracts.
#[differentiable]
fn energy<S: Scalar<Real = f64>>(x: &[S; 6]) -> S {
    x.windows(2).map(|pair| (pair[1] - pair[0]).powi(4)).sum::<S>() + x[0] * x[5]
}

fn main() -> Result<(), Error> {
    let point = [1.0, 2.5, 0.0, 4.0, 5.5, 3.0];
    println!("The Jacobian of a row of heat (× depends, · never; 0 depends, but is zero at this point)");
    compare(&Sparsity.jacobian(&Heat, &point)?, &Reverse::new().jacobian(&Heat, &point)?, 12, 1);
    println!("The Hessian of a chain of springs: the pattern of the Jacobian of its gradient");
    let gradient = Gradient::new(&Energy, Reverse::new());
    compare(&Sparsity.jacobian(&gradient, &point)?, &Reverse::new().hessian(&Energy, &point)?, 18, 0);
    Ok(())
}

/// Prints the pattern, and checks that it covers every number and nothing more than the zeros of the point.
fn compare(pattern: &Dense<f64>, numbers: &Dense<f64>, entries: usize, zeros_by_chance: usize) {
    let columns = pattern.shape().1;
    let marks: Vec<char> = std::iter::zip(pattern.as_slice(), numbers.as_slice())
        .map(|(&depends, &number)| match (depends == 1.0, number == 0.0) {
            (true, false) => '×',
            (true, true) => '0',
            (false, true) => '·',
            (false, false) => panic!("a number where nothing depends"),
        })
        .collect();
    for row in marks.chunks(columns) {
        println!("   {}", row.iter().map(|mark| format!("{mark} ")).collect::<String>());
    }
    assert_eq!(marks.iter().filter(|&&mark| mark != '·').count(), entries);
    assert_eq!(marks.iter().filter(|&&mark| mark == '0').count(), zeros_by_chance);
}
