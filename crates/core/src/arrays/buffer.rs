//! `Buffer<R>`: an array of floats.

use std::fmt;
use std::mem;
use std::ops::Deref;
use std::sync::Arc;

use super::deferred::{CHUNK, Deferred, with_chunks};
use super::{Array, spare};
use crate::{Real, Scalar};

/// So many floats are tested before the outcome is looked at.
const TESTED: usize = 64;

/// Floats side by side, shared until they are written: a clone costs no copy.
///
/// ```
/// use anygrad_core::arrays::Buffer;
///
/// let a = Buffer::from(vec![1.0, 2.0]);
/// let mut b = a.clone();
/// b.make_mut()[0] = 3.0;
/// assert_eq!((&*a, &*b), (&[1.0, 2.0][..], &[3.0, 2.0][..]));
/// ```
#[derive(Clone)]
pub struct Buffer<R: 'static>(Form<R>);

#[derive(Clone)]
enum Form<R: 'static> {
    Floats(Arc<[R]>),
    /// Floats that have no place yet.
    Deferred(Arc<Deferred<R>>),
}

impl<R: Real> Buffer<R> {
    /// `f(0), f(1) … f(len − 1)`.
    #[inline]
    pub fn from_fn(len: usize, f: impl FnMut(usize) -> R) -> Self {
        Self::from_iter((0..len).map(f))
    }

    /// The floats, for writing; copied first if another buffer shares them.
    #[inline]
    pub fn make_mut(&mut self) -> &mut [R] {
        self.own().map_or(&mut [], Arc::make_mut)
    }

    /// The floats in a place of their own, which all have after this.
    #[inline]
    fn own(&mut self) -> Option<&mut Arc<[R]>> {
        if matches!(self.0, Form::Deferred(_)) {
            self.write_out();
        }
        match &mut self.0 {
            Form::Floats(floats) => Some(floats),
            Form::Deferred(_) => None,
        }
    }

    #[cold]
    fn write_out(&mut self) {
        if let Form::Deferred(deferred) = &mut self.0 {
            let deferred = mem::replace(deferred, Arc::new(Deferred::few(0, Vec::new())));
            *self = match Arc::try_unwrap(deferred) {
                Ok(own) => own.into_all(),
                Err(shared) => shared.all(|_| ()).clone(),
            };
        }
    }

    pub(super) fn deferred(deferred: Deferred<R>) -> Self {
        Self(Form::Deferred(Arc::new(deferred)))
    }

    /// What computes the floats, if they have no place yet.
    #[inline]
    pub(super) fn pending(&self) -> Option<&Deferred<R>> {
        match &self.0 {
            Form::Deferred(deferred) if deferred.placed().is_none() => Some(deferred),
            _ => None,
        }
    }

    /// The same if it may do so again and again.
    #[inline]
    pub(super) fn cheap(&self) -> Option<&Deferred<R>> {
        self.pending().filter(|deferred| deferred.is_cheap())
    }

    /// The same floats, without what they were computed of if they have a place.
    pub(super) fn shared(&self) -> Self {
        match &self.0 {
            Form::Deferred(deferred) => deferred.placed().unwrap_or(self).clone(),
            Form::Floats(_) => self.clone(),
        }
    }

    /// The number of floats.
    #[inline]
    fn count(&self) -> usize {
        match &self.0 {
            Form::Floats(floats) => floats.len(),
            Form::Deferred(deferred) => deferred.len(),
        }
    }
}

impl<R: Real> Buffer<R> {
    /// `len` zeros, which `fill` writes over.
    #[inline]
    pub fn filled(len: usize, fill: impl FnOnce(&mut [R])) -> Self {
        let mut floats = spare::take(len).map_or_else(
            || Self::zeros(len),
            |memory| {
                let mut floats = Self::over(memory);
                floats.make_mut().fill(R::zero());
                floats
            },
        );
        fill(floats.make_mut());
        floats
    }

    /// `len` floats, all of which `write` writes: they may be anything before. NaN in debug builds, so that what is not written
    /// does not go unnoticed.
    #[inline]
    pub fn written(len: usize, write: impl FnOnce(&mut [R])) -> Self {
        let mut floats = spare::take(len).map_or_else(|| Self::zeros(len), Self::over);
        write(unwritten(floats.make_mut()));
        floats
    }

    fn zeros(len: usize) -> Self {
        std::iter::repeat_n(R::zero(), len).collect()
    }

    fn over(floats: Arc<[R]>) -> Self {
        Self(Form::Floats(floats))
    }

    /// The floats of an iterator, which has as many as it says.
    #[inline]
    pub fn of(floats: impl ExactSizeIterator<Item = R>) -> Self {
        let len = floats.len();
        let Some(memory) = spare::take(len) else {
            return floats.collect();
        };
        let mut memory = Self::over(memory);
        unwritten(memory.make_mut()).iter_mut().zip(floats).for_each(|(to, float)| *to = float);
        memory
    }
}

/// Floats that something is to be written over; NaN in debug builds.
pub(super) fn unwritten<R: Real>(floats: &mut [R]) -> &mut [R] {
    if cfg!(debug_assertions) {
        floats.fill(R::nan());
    }
    floats
}

impl<R> Drop for Buffer<R> {
    #[inline]
    fn drop(&mut self) {
        if let Form::Floats(floats) = &mut self.0 {
            spare::leave(floats);
        }
    }
}

impl<R: Real> Deref for Buffer<R> {
    type Target = [R];

    #[inline]
    fn deref(&self) -> &[R] {
        match &self.0 {
            Form::Floats(floats) => floats,
            Form::Deferred(deferred) => computed(deferred),
        }
    }
}

/// All floats that had no place, apart from the reading of those that have one, which is inlined everywhere.
#[cold]
#[inline(never)]
fn computed<R: Real>(deferred: &Deferred<R>) -> &[R] {
    deferred.all(|_| ())
}

impl<R: Real> PartialEq for Buffer<R> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<R> From<Vec<R>> for Buffer<R> {
    fn from(floats: Vec<R>) -> Self {
        Self(Form::Floats(floats.into()))
    }
}

impl<R> FromIterator<R> for Buffer<R> {
    fn from_iter<I: IntoIterator<Item = R>>(floats: I) -> Self {
        Self(Form::Floats(floats.into_iter().collect()))
    }
}

impl<R: Real> fmt::Debug for Buffer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<R: Real> Array<R> for Buffer<R> {
    #[inline]
    fn collect(len: usize, element: impl FnMut(usize) -> R) -> Self {
        Self::from_fn(len, element)
    }

    #[inline]
    fn constant(values: Self) -> Self {
        values
    }

    #[inline]
    fn len(&self) -> usize {
        self.count()
    }

    #[inline]
    fn get(&self, index: usize) -> R {
        self[index]
    }

    #[inline]
    fn set(&mut self, index: usize, value: R) {
        self.make_mut()[index] = value;
    }

    #[inline]
    fn primal(&self) -> Self {
        self.clone()
    }

    #[inline]
    fn is_constant(&self) -> bool {
        true
    }

    #[inline]
    fn every(&self, test: impl Fn(R) -> bool + Copy) -> bool {
        // Without a way out inside a chunk, its floats are tested side by side.
        let holds =
            |part: &[R]| part.chunks(TESTED).all(|chunk| chunk.iter().fold(true, |all, &float| all & test(float)));
        let mut all = true;
        self.visit(|part| all = all && holds(part));
        all
    }

    #[inline]
    fn elementwise<const K: usize>(args: [&Self; K], f: impl Fn([R; K]) -> R) -> Self {
        let len = args.first().map_or(0, |arg| arg.count());
        if args.iter().any(|arg| arg.cheap().is_some()) {
            return by_chunks(len, args, f);
        }
        let args = args.map(|arg| &arg[..len]);
        let [Some(a), b, c, d] = [0, 1, 2, 3].map(|k| args.get(k)) else {
            return Self::from_fn(0, |_| R::zero());
        };
        if K > 4 {
            return Self::of((0..len).map(|i| f(args.map(|arg| arg[i]))));
        }
        // Four iterators in step ask for no bounds; those that stand in for missing ones are not read.
        let [b, c, d] = [b, c, d].map(|arg| arg.unwrap_or(a));
        let places = a.iter().zip(*b).zip(*c).zip(*d);
        Self::of(places.map(|(((&a, &b), &c), &d)| f(std::array::from_fn(|k| [a, b, c, d][k]))))
    }

    fn elementwise_later<const K: usize>(args: [&Self; K], f: impl Fn([R; K]) -> R + Send + Sync + 'static) -> Self {
        let len = args.first().map_or(0, |arg| arg.count());
        Self::later(len, args, move |chunks, out| each(chunks, out, &f))
    }

    #[inline]
    fn settle(&mut self) {
        self.own();
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        let add = |sum: R, term: R| Scalar::binary(sum, crate::gates::Add, term);
        if let Some(places) = other.pending().and_then(Deferred::places) {
            let sums = self.make_mut();
            return places.iter().for_each(|&(place, term)| sums[place] = add(sums[place], term));
        }
        match self.own().and_then(Arc::get_mut) {
            Some(sums) => sums.iter_mut().zip(other.iter()).for_each(|(sum, &term)| *sum = add(*sum, term)),
            None => *self = Self::of(self.iter().zip(other.iter()).map(|(&sum, &term)| add(sum, term))),
        }
    }
}

/// [`elementwise`](Array::elementwise) where not all operands have a place.
fn by_chunks<R: Real, const K: usize>(len: usize, args: [&Buffer<R>; K], f: impl Fn([R; K]) -> R) -> Buffer<R> {
    Buffer::written(len, |out| {
        for (number, out) in out.chunks_mut(CHUNK).enumerate() {
            let len = out.len();
            with_chunks(args, number * CHUNK, len, |chunks| each(chunks, out, &f));
        }
    })
}

/// `f` of the floats at each place.
#[inline]
fn each<R: Real, const K: usize>(args: [&[R]; K], out: &mut [R], f: impl Fn([R; K]) -> R) {
    let args = args.map(|arg| &arg[..out.len()]);
    out.iter_mut().enumerate().for_each(|(i, y)| *y = f(args.map(|arg| arg[i])));
}
