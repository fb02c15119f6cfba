//! Derivatives of gates that are not looked into: `Dᵏg(x)[v₁, …, vₖ₋₁, eᵢ]`, by the gate's own partials.

use std::any::Any;

use anygrad_core::num_traits::Zero;
use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, Scalar, Unary, UnaryOp};
use smallvec::SmallVec;

use crate::tangent::Tangent;

/// The highest order of derivatives that a program has an instruction for.
pub const MAX_ORDER: u32 = 4;

/// Numbers on the stack, for a gate's arguments.
pub(crate) type Few<T> = SmallVec<[T; 8]>;

/// A gate of any number of arguments, over any scalar.
pub(crate) trait Partials<R: Real> {
    fn apply<T: Scalar<Real = R>>(&self, args: &[T]) -> T;
    fn edges<T: Scalar<Real = R>>(&self, args: &[T], y: T, edge: impl FnMut(usize, T));
}

/// Gates by the number of their arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct One<G>(pub(crate) G);
#[derive(Clone, Copy, Debug)]
pub(crate) struct Two<G>(pub(crate) G);
#[derive(Clone, Copy, Debug)]
pub(crate) struct Many<G>(pub(crate) G);

impl<R: Real, G: Unary<R>> Partials<R> for One<G> {
    fn apply<T: Scalar<Real = R>>(&self, args: &[T]) -> T {
        args[0].unary(self.0)
    }

    fn edges<T: Scalar<Real = R>>(&self, args: &[T], y: T, mut edge: impl FnMut(usize, T)) {
        edge(0, self.0.partial(args[0], y));
    }
}

impl<R: Real, G: Binary<R>> Partials<R> for Two<G> {
    fn apply<T: Scalar<Real = R>>(&self, args: &[T]) -> T {
        args[0].binary(self.0, args[1])
    }

    fn edges<T: Scalar<Real = R>>(&self, args: &[T], y: T, mut edge: impl FnMut(usize, T)) {
        edge(0, self.0.partial_lhs(args[0], args[1], y));
        edge(1, self.0.partial_rhs(args[0], args[1], y));
    }
}

impl<R: Real, G: Nary<R>> Partials<R> for Many<G> {
    fn apply<T: Scalar<Real = R>>(&self, args: &[T]) -> T {
        T::nary(self.0, args)
    }

    fn edges<T: Scalar<Real = R>>(&self, args: &[T], y: T, edge: impl FnMut(usize, T)) {
        self.0.partials(args, y, edge);
    }
}

/// A derivative of a gate: its order, and the arguments followed by the directions (and, for order 1, by the value).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a, T> {
    pub(crate) order: u32,
    /// How many arguments the gate has.
    pub(crate) arity: usize,
    pub(crate) operands: &'a [T],
}

impl<T: Scalar> Request<'_, T> {
    /// The derivative, one number for each argument. Beyond [`MAX_ORDER`] it is NaN.
    pub(crate) fn answer<P: Partials<T::Real>>(self, gate: &P, out: &mut [T]) {
        let (x, directions) = self.operands.split_at(self.arity);
        let v = |k: usize, i: usize| directions[k * self.arity + i];
        match self.order {
            1 => gate.edges(x, directions.first().copied().unwrap_or_else(|| gate.apply(x)), |i, p| out[i] = p),
            2 => once(gate, self.arity, |i| Tangent { primal: x[i], tangent: v(0, i) }, |i, p| out[i] = p.tangent),
            3 => once(gate, self.arity, |i| twice(x[i], v(0, i), v(1, i)), |i, p| out[i] = p.tangent.tangent),
            4 => {
                let thrice = |i| Tangent {
                    primal: twice(x[i], v(0, i), v(1, i)),
                    tangent: twice(v(2, i), T::zero(), T::zero()),
                };
                once(gate, self.arity, thrice, |i, p| out[i] = p.tangent.tangent.tangent);
            }
            _ => out.fill(T::nan()),
        }
    }
}

/// The partials of a gate at arguments that carry directions.
pub(crate) fn once<R, P, T>(gate: &P, arity: usize, argument: impl Fn(usize) -> T, mut edge: impl FnMut(usize, T))
where
    R: Real,
    P: Partials<R>,
    T: Scalar<Real = R>,
{
    let args: Few<T> = (0..arity).map(argument).collect();
    gate.edges(&args, gate.apply(&args), &mut edge);
}

/// `x + vε + wδ`.
fn twice<T: Scalar>(x: T, v: T, w: T) -> Tangent<Tangent<T>> {
    Tangent { primal: Tangent { primal: x, tangent: v }, tangent: Tangent { primal: w, tangent: T::zero() } }
}

/// A derivative of a row of the table, at floats. All rows at all orders are much code, made here once for each float type.
macro_rules! table_derivatives {
    ($($name:ident $float:ident),+) => {
        $(fn $name(gate: Row<$float>, order: u32, operands: &[$float], out: &mut [$float]) {
            let request = |arity| Request { order, arity, operands };
            match gate {
                Row::Unary(op) => request(1).answer(&One(op), out),
                Row::Binary(op) => request(2).answer(&Two(op), out),
                Row::Nary(op) => request(out.len()).answer(&Many(op), out),
            }
        })+

        /// A derivative of a row of the table; see [`Request`].
        pub(crate) fn derive<R: Real>(gate: Row<R>, order: u32, operands: &[R], out: &mut [R]) {
            $(if let Some(&gate) = (&gate as &dyn Any).downcast_ref::<Row<$float>>() {
                let operands: Few<$float> = operands.iter().map(|x| narrowed(*x)).collect();
                let mut found: Few<$float> = SmallVec::from_elem($float::zero(), out.len());
                $name(gate, order, &operands, &mut found);
                out.iter_mut().zip(found).for_each(|(out, found)| *out = narrowed(found));
                return;
            })+
            out.fill(R::nan());
        }
    };
}

/// The same float under its other name.
fn narrowed<R: Real, Q: Real>(x: R) -> Q {
    Q::narrow(x.widen())
}

table_derivatives!(derive_f64 f64, derive_f32 f32);

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Row<R> {
    Unary(UnaryOp<R>),
    Binary(BinaryOp),
    Nary(NaryOp),
}
