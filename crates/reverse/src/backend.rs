//! The backend: record once, sweep back once for each output that is asked for.

use std::any::Any;
use std::mem::needs_drop;

use anygrad_core::arrays::Spare;
use anygrad_core::{
    Arguments, Backend, Dense, Differentiable, Error, First, In, Leaf, Mode, Out, Real, Scalar, Tree, single_output,
};

use crate::arena::Kept;
use crate::sweep::Seeds;
use crate::walks::{Given, Inputs, Leaves, Rows, Swept, Values, write_row};
use crate::{Tape, Var};

/// Reverse mode: the gradient of an output at a constant multiple of the function's cost, whatever the number of inputs.
///
/// The value is the workspace: its tapes, adjoints and arrays keep their memory from call to call. A function with `m` outputs
/// pays one recording and `m` sweeps for its Jacobian. A panic in the function leaves the workspace usable.
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_reverse::Reverse;
///
/// struct Product;
/// impl Differentiable for Product {
///     type Input = Vec<f64>;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
///         x.iter().product()
///     }
/// }
///
/// let gradient = Reverse::new().gradient(&Product, &vec![1.0, 2.0, 3.0]);
/// assert_eq!(gradient, Ok(vec![6.0, 3.0, 2.0]));
/// ```
///
/// # Errors
/// [`Error::TapeFull`] for more operations than [`with_limit`](Self::with_limit) allows.
#[derive(Debug, Default)]
pub struct Reverse {
    double: Tape<f64>,
    single: Tape<f32>,
    spare: Spare,
    /// Of tapes inside of another derivative: their entries and adjoints.
    nested: [Kept; 2],
}

impl Reverse {
    /// An empty workspace.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty workspace whose tapes hold at most `limit` operations, inputs included.
    pub fn with_limit(limit: usize) -> Self {
        Self { double: Tape::with_limit(limit), single: Tape::with_limit(limit), ..Self::default() }
    }

    /// Runs `body` on the kept tape of this leaf; where there are arrays among the inputs, with their kept memory as well.
    fn with_tape<R: Real, Y>(&mut self, inputs: &Leaves, body: impl FnOnce(&mut Tape<R>) -> Y) -> Y {
        let limit = self.double.limit();
        let tapes: [&mut dyn Any; 2] = [&mut self.double, &mut self.single];
        let on_tape = || match tapes.into_iter().find_map(|tape| tape.downcast_mut::<Tape<R>>()) {
            Some(tape) => body(tape),
            None => body(&mut Tape::with_limit(limit)),
        };
        if inputs.has_arrays() { self.spare.lend(on_tape) } else { on_tape() }
    }

    /// A tape over any scalar, in the memory of the last one.
    #[inline]
    fn nested<T: Scalar>(&mut self) -> Nested<'_, T> {
        let [entries, adjoints] = &mut self.nested;
        Nested { tape: Tape::of_lists(self.double.limit(), entries.take(), adjoints.take()), kept: &mut self.nested }
    }
}

/// A tape inside of another derivative; its memory goes back when it ends.
///
/// That a value does it, and not a function around what is done, is for speed: results on their way out through functions are
/// copied in parts, and reading a whole one right after waits for all the parts.
struct Nested<'a, T: Scalar> {
    tape: Tape<T>,
    kept: &'a mut [Kept; 2],
}

impl<T: Scalar> Drop for Nested<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let [entries, adjoints] = &mut *self.kept;
        entries.keep(self.tape.entries.take());
        adjoints.keep(self.tape.adjoints.take());
    }
}

/// A recording on a tape; its arrays are let go of when it ends.
struct Ending<'a, T: Scalar>(&'a mut Tape<T>);

impl<T: Scalar> Drop for Ending<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Clone for Reverse {
    /// A workspace with the same limit and no memory of its own yet.
    fn clone(&self) -> Self {
        Self::with_limit(self.double.limit())
    }
}

/// Records `f` at `x`, the inputs first, and hands the tape and the output to `read`. What comes after the inputs is constant.
#[inline]
fn record<F, T, Y>(
    tape: &mut Tape<T>,
    f: &F,
    x: &In<F, T>,
    inputs: &Leaves,
    read: impl for<'t> FnOnce(&'t Tape<T>, Out<F, Var<'t, T>>) -> Result<Y, Error>,
) -> Result<Y, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    tape.restart(inputs.numbers());
    let recording = Ending(tape);
    record_on::<F, T, Y>(recording.0, f, x, inputs, read)
}

#[inline]
fn record_on<F, T, Y>(
    tape: &Tape<T>,
    f: &F,
    x: &In<F, T>,
    inputs: &Leaves,
    read: impl for<'t> FnOnce(&'t Tape<T>, Out<F, Var<'t, T>>) -> Result<Y, Error>,
) -> Result<Y, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    let inputs = F::Input::map_with::<T, Var<'_, T>>(x, &mut Inputs::of(tape, inputs.all()));
    let y =
        if needs_drop::<In<F, Var<'_, T>>>() { run::<F, T>(f, &inputs)? } else { f.try_call::<Var<'_, T>>(&inputs)? };
    tape.check_full()?;
    read(tape, y)
}

/// Calls the function, apart from what comes before and after. A loop over inputs on the heap has the registers to itself
/// then, and records half as fast again; for a few inputs without a heap, the call alone would cost more than that.
#[inline(never)]
fn run<'t, F, T>(f: &F, inputs: &In<F, Var<'t, T>>) -> Result<Out<F, Var<'t, T>>, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    f.try_call::<Var<'t, T>>(inputs)
}

/// The value of an output, over the base scalar.
fn value_of<F, T>(y: &Out<F, Var<'_, T>>) -> Out<F, T>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    F::Output::map_with::<Var<'_, T>, T>(y, &mut Values)
}

/// The gradient of a function with one output by its first inputs: the value and their adjoints go to `take`.
#[inline]
fn gradient_on<F, T, Y>(
    tape: &mut Tape<T>,
    f: &F,
    x: &In<F, T>,
    inputs: &Leaves,
    take: impl FnOnce(T, Swept<'_, T>) -> Y,
) -> Result<Y, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    record::<F, T, _>(tape, f, x, inputs, |tape, y| {
        let y = single_output::<F, Var<'_, T>>(&y)?;
        let seeds = Seeds::of_edges(y.seeded(T::one()).into_iter());
        Ok(tape.sweep(seeds, |numbers, arrays| take(y.value(), Swept::new(numbers, arrays))))
    })
}

/// A tree shaped as `x` with the adjoints at its leaves.
#[inline]
fn shaped<X: Tree, T: Scalar<Real = X::Leaf>>(x: &X::Of<T>, mut adjoints: Swept<'_, T>) -> X::Of<T> {
    X::map_with::<T, T>(x, &mut adjoints)
}

impl Backend for Reverse {
    const MODE: Mode = Mode::Pullback;

    fn name(&self) -> &'static str {
        "reverse"
    }

    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let read = |tape: &Tape<T>, y: Out<F, Var<'_, T>>| {
            let mut given = Given { edges: Vec::new(), arrays: Vec::new() };
            F::Output::visit_pairs::<Var<'_, T>, T>(&y, by, &mut given).map_err(|mismatch| mismatch.of("seed"))?;
            let seeds = Seeds { edges: given.edges.iter().copied(), arrays: &given.arrays };
            let bx = tape.sweep(seeds, |numbers, arrays| shaped::<F::Input, T>(x, Swept::new(numbers, arrays)));
            Ok((value_of::<F, T>(&y), bx))
        };
        record::<F, T, _>(&mut self.nested::<T>().tape, f, x, &Leaves::of::<F::Input, T>(x), read)
    }

    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let take = |value, adjoints: Swept<'_, T>| (value, shaped::<F::Input, T>(x, adjoints));
        gradient_on::<F, T, _>(&mut self.nested::<T>().tape, f, x, &Leaves::of::<F::Input, T>(x), take)
    }

    #[inline]
    fn gradient_by_first<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, First<F, T>), Error>
    where
        F: Differentiable<Input: Arguments>,
        T: Scalar<Real = Leaf<F>>,
    {
        let first = <F::Input as Arguments>::first::<T>(x);
        let inputs = Leaves::of::<<F::Input as Arguments>::First, T>(first);
        // In its place from the start: see `Nested`.
        let mut value = T::zero();
        let mut gradient = <F::Input as Arguments>::First::map::<T, T>(first, &mut |_| T::zero());
        gradient_on::<F, T, _>(&mut self.nested::<T>().tape, f, x, &inputs, |found, mut adjoints| {
            value = found;
            <F::Input as Arguments>::First::visit_mut::<T>(&mut gradient, &mut adjoints);
        })?;
        Ok((value, gradient))
    }

    fn value_and_gradient<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error> {
        let inputs = Leaves::of::<F::Input, Leaf<F>>(x);
        let take = |value, adjoints: Swept<'_, Leaf<F>>| (value, shaped::<F::Input, Leaf<F>>(x, adjoints));
        self.with_tape(&inputs, |tape| gradient_on::<F, Leaf<F>, _>(tape, f, x, &inputs, take))
    }

    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("gradient buffer", x, gradient)?;
        let inputs = Leaves::of::<F::Input, Leaf<F>>(x);
        self.with_tape(&inputs, |tape| {
            gradient_on::<F, Leaf<F>, _>(tape, f, x, &inputs, |value, mut adjoints| {
                F::Input::visit_mut::<Leaf<F>>(gradient, &mut adjoints);
                value
            })
        })
    }

    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let inputs = Leaves::of::<F::Input, Leaf<F>>(x);
        self.with_tape(&inputs, |tape| {
            record::<F, Leaf<F>, _>(tape, f, x, &inputs, |tape, y| {
                jacobian.reset(F::Output::count::<Var<'_, Leaf<F>>>(&y), inputs.all());
                let write = |row: &mut [Leaf<F>], adjoints: Swept<'_, Leaf<F>>| write_row::<F>(x, adjoints, row);
                F::Output::visit::<Var<'_, Leaf<F>>>(&y, &mut Rows { tape, jacobian, next: 0, write });
                Ok(value_of::<F, Leaf<F>>(&y))
            })
        })
    }
}
