//! A reverse mode that keeps one adjoint a value: of several it keeps the last.

use std::cell::RefCell;
use std::fmt;

use anygrad_core::arrays::Elements;
use anygrad_core::{Binary, Differentiable, Error, In, Leaf, Nary, Out, Scalar, Tree, Unary, impl_scalar_traits};

/// For each value the values it was made of, with the partials.
type Tape<T> = RefCell<Vec<Vec<(usize, T)>>>;

#[derive(Clone, Copy)]
struct Number<'t, T> {
    primal: T,
    at: Option<(&'t Tape<T>, usize)>,
}

pub(super) fn pullback<F, T>(f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    let tape = Tape::default();
    let variables = F::Input::map::<T, Number<'_, T>>(x, &mut |primal| Number::made(Some(&tape), primal, Vec::new()));
    let inputs = tape.borrow().len();
    let y = f.call::<Number<'_, T>>(&variables);
    let mut adjoints = vec![T::zero(); tape.borrow().len()];
    F::Output::zip::<Number<'_, T>, T>(&y, by, &mut |y, by| {
        if let Some((_, at)) = y.at {
            adjoints[at] = by;
        }
    })
    .map_err(|mismatch| mismatch.of("seed"))?;
    for (at, edges) in tape.borrow().iter().enumerate().rev() {
        let adjoint = adjoints[at];
        edges.iter().for_each(|&(to, partial)| adjoints[to] = adjoint * partial);
    }
    let bx = F::Input::refill::<T, T>(x, &mut adjoints[..inputs].iter().copied())?;
    Ok((F::Output::map::<Number<'_, T>, T>(&y, &mut |y| y.primal), bx))
}

impl<'t, T: Scalar> Number<'t, T> {
    fn made(tape: Option<&'t Tape<T>>, primal: T, edges: Vec<(usize, T)>) -> Self {
        let at = tape.map(|tape| {
            tape.borrow_mut().push(edges);
            (tape, tape.borrow().len() - 1)
        });
        Self { primal, at }
    }

    fn of(primal: T, args: &[Self], partials: &[T]) -> Self {
        let edges = args.iter().zip(partials).filter_map(|(arg, &partial)| Some((arg.at?.1, partial)));
        Self::made(args.iter().find_map(|arg| arg.at).map(|(tape, _)| tape), primal, edges.collect())
    }
}

impl<T: Scalar> Scalar for Number<'_, T> {
    type Real = T::Real;
    type Array = Elements<Self>;

    fn constant(c: T::Real) -> Self {
        Self { primal: T::constant(c), at: None }
    }

    fn primal(self) -> T::Real {
        self.primal.primal()
    }

    fn unary<G: Unary<T::Real>>(self, gate: G) -> Self {
        let (y, partial) = gate.linearize(self.primal);
        Self::of(y, &[self], &[partial])
    }

    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.primal, rhs.primal);
        let y = a.binary(gate, b);
        Self::of(y, &[self, rhs], &[gate.partial_lhs(a, b, y), gate.partial_rhs(a, b, y)])
    }

    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let primals: Vec<T> = args.iter().map(|arg| arg.primal).collect();
        let (y, mut partials) = (T::nary(gate, &primals), Vec::new());
        gate.partials(&primals, y, |_, partial| partials.push(partial));
        Self::of(y, args, &partials)
    }
}

impl_scalar_traits!(['t, T: Scalar] Number<'t, T>, leaf of T);

impl<T: Scalar> fmt::Debug for Number<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.primal)
    }
}
