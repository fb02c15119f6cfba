//! `Deferred<R>`: floats that are computed where they are read.

use std::sync::OnceLock;

use super::{Buffer, spare};
use crate::Real;

/// So many floats are computed at once: what they are computed of, and they themselves, stay in the nearest cache.
pub(super) const CHUNK: usize = 512;

/// So many such arrays may be computed one out of the other before one of them is written out.
const DEEPEST: usize = 3;

/// An array that is computed chunk by chunk, each time that it is read, until somebody asks for all of it.
pub(super) struct Deferred<R: 'static> {
    len: usize,
    source: Source<R>,
    /// Whether it may be computed more than once.
    is_cheap: bool,
    floats: OnceLock<Buffer<R>>,
}

/// What the floats are.
enum Source<R> {
    /// Those from a place on, at most a [`CHUNK`], by how many such arrays one out of the other.
    Computed { depth: usize, compute: Compute<R> },
    /// Zeros, but at these places.
    Few(Vec<(usize, R)>),
}

type Compute<R> = Box<dyn Fn(usize, &mut [R]) + Send + Sync>;

impl<R: Real> Deferred<R> {
    /// An array by those that it is computed of.
    pub(super) fn new<const K: usize>(
        len: usize,
        args: [&Buffer<R>; K],
        is_cheap: bool,
        f: impl Fn([&[R]; K], &mut [R]) + Send + Sync + 'static,
    ) -> Self {
        let mut depth = 1 + args.iter().filter_map(|arg| Some(arg.pending()?.depth())).max().unwrap_or(0);
        if depth > DEEPEST {
            args.iter().for_each(|arg| arg.visit(|_| ()));
            depth = 1;
        }
        let args = args.map(Buffer::shared);
        let compute =
            move |start, out: &mut [R]| with_chunks(args.each_ref(), start, out.len(), |chunks| f(chunks, out));
        Self { len, source: Source::Computed { depth, compute: Box::new(compute) }, is_cheap, floats: OnceLock::new() }
    }

    /// Zeros, but at a few places.
    pub(super) fn few(len: usize, places: Vec<(usize, R)>) -> Self {
        Self { len, source: Source::Few(places), is_cheap: true, floats: OnceLock::new() }
    }

    fn depth(&self) -> usize {
        match self.source {
            Source::Computed { depth, .. } => depth,
            Source::Few(_) => 0,
        }
    }

    /// The places that are not zero, if these are few.
    pub(super) fn places(&self) -> Option<&[(usize, R)]> {
        match &self.source {
            Source::Computed { .. } => None,
            Source::Few(places) => Some(places),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// All floats, if somebody has asked for them.
    pub(super) fn placed(&self) -> Option<&Buffer<R>> {
        self.floats.get()
    }

    pub(super) fn is_cheap(&self) -> bool {
        self.is_cheap
    }

    /// The floats from a place on.
    pub(super) fn compute(&self, start: usize, out: &mut [R]) {
        match &self.source {
            Source::Computed { compute, .. } => compute(start, out),
            Source::Few(places) => {
                out.fill(R::zero());
                let here = start..start + out.len();
                let here = places.iter().filter(|(place, _)| here.contains(place));
                here.for_each(|&(place, float)| out[place - start] = float);
            }
        }
    }

    /// All floats, which are kept. Those that had to be computed first are shown to `visit` while they are at hand.
    pub(super) fn all(&self, mut visit: impl FnMut(&[R])) -> &Buffer<R> {
        self.floats.get_or_init(|| {
            Buffer::written(self.len, |floats| {
                for (number, chunk) in floats.chunks_mut(CHUNK).enumerate() {
                    self.compute(number * CHUNK, chunk);
                    visit(chunk);
                }
            })
        })
    }

    /// All floats, of an array that nobody else reads any more.
    pub(super) fn into_all(mut self) -> Buffer<R> {
        self.all(|_| ());
        self.floats.take().unwrap_or_else(|| Buffer::from(Vec::new()))
    }
}

impl<R: Real> Buffer<R> {
    /// `len` floats that `f` makes of those in the same places of other arrays, as many at once as it is given. In a run to which
    /// memory is [lent](super::Spare::lend), a large array is computed by whoever reads it first, part by part, so that what is summed
    /// is at hand; otherwise at once.
    pub fn once<const K: usize>(
        len: usize,
        args: [&Self; K],
        f: impl Fn([&[R]; K], &mut [R]) + Send + Sync + 'static,
    ) -> Self {
        Self::of_parts(len, args, false, f)
    }

    /// The same for an `f` of so little work that it may be asked again: the array has no place of its own as long as nobody needs all
    /// of it.
    pub fn later<const K: usize>(
        len: usize,
        args: [&Self; K],
        f: impl Fn([&[R]; K], &mut [R]) + Send + Sync + 'static,
    ) -> Self {
        Self::of_parts(len, args, true, f)
    }

    fn of_parts<const K: usize>(
        len: usize,
        args: [&Self; K],
        is_cheap: bool,
        f: impl Fn([&[R]; K], &mut [R]) + Send + Sync + 'static,
    ) -> Self {
        if spare::is_lent(len) {
            Self::deferred(Deferred::new(len, args, is_cheap, f))
        } else {
            Self::written(len, |out| f(args.map(|arg| &**arg), out))
        }
    }

    /// `len` zeros but at some places. In a run to which memory is [lent](super::Spare::lend) a large array with few of them is not
    /// written out before it is read.
    pub fn few(len: usize, places: Vec<(usize, R)>) -> Self {
        if spare::is_lent(len) && places.len() < len / CHUNK {
            return Self::deferred(Deferred::few(len, places));
        }
        Self::filled(len, |floats| places.iter().for_each(|&(place, float)| floats[place] = float))
    }

    /// Shows all floats to `visit`, one part after the other; all but the last are of a multiple of 64 floats.
    pub fn visit(&self, mut visit: impl FnMut(&[R])) {
        match self.pending() {
            None => visit(self),
            Some(deferred) => {
                deferred.all(visit);
            }
        }
    }
}

/// Some floats of several arrays, `len` at most a [`CHUNK`], from a place on.
pub(super) fn with_chunks<R: Real, const K: usize, Y>(
    args: [&Buffer<R>; K],
    start: usize,
    len: usize,
    body: impl FnOnce([&[R]; K]) -> Y,
) -> Y {
    if args.iter().all(|arg| arg.cheap().is_none()) {
        return body(args.map(|arg| &arg[start..start + len]));
    }
    let mut scratch = [[R::zero(); CHUNK]; K];
    let mut rooms = scratch.iter_mut();
    let chunks = args.map(|arg| match (arg.cheap(), rooms.next()) {
        (Some(deferred), Some(room)) => {
            let room = &mut room[..len];
            deferred.compute(start, room);
            &*room
        }
        _ => &arg[start..start + len],
    });
    body(chunks)
}
