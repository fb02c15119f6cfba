//! Walking through trees of one shape together, array by array.

use anygrad_core::arrays::Buffer;
use anygrad_core::num_traits::Zero;
use anygrad_core::{Error, Point, Real, Visit, VisitMut};

/// A part of a tree: a number by itself, or an array.
enum Piece<R: Real> {
    Number(R),
    Array(Buffer<R>),
}

impl<R: Real> Piece<R> {
    fn numbers(&self) -> &[R] {
        match self {
            Self::Number(number) => std::slice::from_ref(number),
            Self::Array(array) => array,
        }
    }

    fn numbers_mut(&mut self) -> &mut [R] {
        match self {
            Self::Number(number) => std::slice::from_mut(number),
            Self::Array(array) => array.make_mut(),
        }
    }
}

/// The pieces of a tree in order. An array is shared with the tree.
struct Shared<R: Real>(Vec<Piece<R>>);

impl<R: Real> Visit<R> for Shared<R> {
    fn leaf(&mut self, leaf: R) {
        self.0.push(Piece::Number(leaf));
    }

    fn array(&mut self, array: &Buffer<R>) {
        self.0.push(Piece::Array(array.clone()));
    }
}

/// The pieces of a tree in order. An array is taken out of the tree, so that it can be written without a copy.
struct Taken<R: Real>(Vec<Piece<R>>);

impl<R: Real> VisitMut<R> for Taken<R> {
    fn leaf(&mut self, leaf: &mut R) {
        self.0.push(Piece::Number(*leaf));
    }

    fn array(&mut self, array: &mut Buffer<R>) {
        self.0.push(Piece::Array(std::mem::replace(array, Vec::new().into())));
    }
}

/// Puts pieces back into the tree that they were taken out of.
struct PutBack<R: Real>(std::vec::IntoIter<Piece<R>>);

impl<R: Real> VisitMut<R> for PutBack<R> {
    fn leaf(&mut self, leaf: &mut R) {
        match self.0.next() {
            Some(Piece::Number(number)) => *leaf = number,
            _ => debug_assert!(false, "a number was taken from here"),
        }
    }

    fn array(&mut self, array: &mut Buffer<R>) {
        match self.0.next() {
            Some(Piece::Array(taken)) => *array = taken,
            _ => debug_assert!(false, "an array was taken from here"),
        }
    }
}

/// Walks through the parameters, for writing.
struct Walk<R: Real, F, const K: usize> {
    gradient: std::vec::IntoIter<Piece<R>>,
    states: [std::vec::IntoIter<Piece<R>>; K],
    /// What has been walked through, to be put back.
    done: [Vec<Piece<R>>; K],
    step: F,
}

impl<R: Real, F: Fn(&mut [R], &[R], [&mut [R]; K]), const K: usize> Walk<R, F, K> {
    fn step(&mut self, parameters: &mut [R]) {
        let (Some(gradient), Self { states, done, step, .. }) = (self.gradient.next(), &mut *self) else {
            debug_assert!(false, "the gradient has the shape of the parameters");
            return;
        };
        states.iter_mut().zip(&mut *done).for_each(|(states, done)| done.extend(states.next()));
        let mut done = done.iter_mut();
        let states = std::array::from_fn(|_| match done.next().and_then(|done| done.last_mut()) {
            Some(piece) => piece.numbers_mut(),
            None => &mut [],
        });
        step(parameters, gradient.numbers(), states);
    }
}

impl<R: Real, F: Fn(&mut [R], &[R], [&mut [R]; K]), const K: usize> VisitMut<R> for Walk<R, F, K> {
    fn leaf(&mut self, leaf: &mut R) {
        self.step(std::slice::from_mut(leaf));
    }

    fn array(&mut self, array: &mut Buffer<R>) {
        self.step(array.make_mut());
    }
}

/// Calls `step(parameters, gradient, states)` for each array of the parameters with those in the same place of the others, and for each
/// number by itself as an array of one: all of one length.
///
/// # Errors
/// [`Error::DimensionMismatch`] unless all have one shape.
pub(crate) fn together<P: Point, const K: usize>(
    parameters: &mut P,
    gradient: &P,
    mut states: [&mut P; K],
    step: impl Fn(&mut [P::Leaf], &[P::Leaf], [&mut [P::Leaf]; K]),
) -> Result<(), Error> {
    P::check_shape::<P::Leaf, P::Leaf>("gradient", parameters, gradient)?;
    states.iter().try_for_each(|state| P::check_shape::<P::Leaf, P::Leaf>("optimiser state", parameters, state))?;
    let mut pieces = Shared(Vec::new());
    P::visit::<P::Leaf>(gradient, &mut pieces);
    let taken = states.each_mut().map(|state| {
        let mut taken = Taken(Vec::new());
        P::visit_mut::<P::Leaf>(state, &mut taken);
        taken.0.into_iter()
    });
    let done = std::array::from_fn(|_| Vec::new());
    let mut walk = Walk { gradient: pieces.0.into_iter(), states: taken, done, step };
    P::visit_mut::<P::Leaf>(parameters, &mut walk);
    for (state, done) in states.into_iter().zip(walk.done) {
        P::visit_mut::<P::Leaf>(state, &mut PutBack(done.into_iter()));
    }
    Ok(())
}

/// A tree of the same shape, all zeros.
pub(crate) fn zeros<P: Point>(like: &P) -> P {
    P::map::<P::Leaf, P::Leaf>(like, &mut |_: P::Leaf| P::Leaf::zero())
}
