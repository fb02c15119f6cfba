//! `Spare`: memory of large arrays, kept for the next ones.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use crate::Real;

/// Arrays of fewer floats are left to the allocator, which has them at hand.
const LEAST: usize = 1024;

/// Memory that large arrays have left, for later ones of the same length.
///
/// An allocator gives large blocks back to the system, and each of their pages is made anew when it is touched again: for an
/// array that is written once and read once or twice, this takes longer than both. So a backend keeps such memory in its
/// workspace and [lends](Self::lend) it to each run. What it keeps is no more than what the last run has asked for.
///
/// ```
/// use anygrad_core::arrays::{Buffer, Spare};
///
/// let mut spare = Spare::default();
/// let sums = [1.0, 2.0].map(|x| spare.lend(|| Buffer::filled(4000, |floats| floats.fill(x)).iter().sum::<f64>()));
/// assert_eq!(sums, [4000.0, 8000.0]);
/// ```
#[derive(Debug, Default)]
pub struct Spare {
    double: Shelves<f64>,
    single: Shelves<f32>,
}

/// Arrays by their length.
type Shelves<R> = HashMap<usize, Shelf<R>>;

/// Arrays of one length.
#[derive(Debug)]
struct Shelf<R> {
    /// Nobody else has a share in one of these.
    arrays: Vec<Arc<[R]>>,
    /// How many have been asked for in this run.
    asked: usize,
}

thread_local! {
    /// What this thread may use now.
    static LENT: RefCell<Option<Spare>> = const { RefCell::new(None) };
}

impl Spare {
    /// Runs `body`, whose large arrays on this thread are made of this memory and leave theirs to it.
    pub fn lend<Y>(&mut self, body: impl FnOnce() -> Y) -> Y {
        let before = LENT.replace(Some(mem::take(self)));
        let _lent = Lent { owner: self, before };
        body()
    }

    /// The arrays of a type of floats; none of a type that has no name here.
    fn shelves<R: 'static>(&mut self) -> Option<&mut Shelves<R>> {
        let shelves: [&mut dyn Any; 2] = [&mut self.double, &mut self.single];
        shelves.into_iter().find_map(|shelves| shelves.downcast_mut())
    }

    /// Lets go of what the run has not asked for.
    fn tidy(&mut self) {
        fn tidied<R>(shelves: &mut Shelves<R>) {
            shelves.retain(|_, shelf| {
                shelf.arrays.truncate(shelf.asked);
                mem::take(&mut shelf.asked) > 0
            });
        }
        tidied(&mut self.double);
        tidied(&mut self.single);
    }
}

/// Memory that is lent until this is dropped, also by a panic.
struct Lent<'a> {
    owner: &'a mut Spare,
    before: Option<Spare>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        *self.owner = LENT.replace(self.before.take()).unwrap_or_default();
        self.owner.tidy();
    }
}

/// What is lent to this thread, if anything is, for arrays of such a length.
fn lent<R: 'static, Y>(len: usize, body: impl FnOnce(&mut Shelf<R>) -> Option<Y>) -> Option<Y> {
    let shelf = |lent: &mut Spare| {
        let shelf = lent.shelves::<R>()?.entry(len).or_insert_with(|| Shelf { arrays: Vec::new(), asked: 0 });
        body(shelf)
    };
    // A thread that ends has nothing more to lend, and one that is about to write here asks for nothing.
    LENT.try_with(|lent| lent.try_borrow_mut().ok()?.as_mut().and_then(shelf)).ok().flatten()
}

/// Whether memory is lent to this thread for arrays of such a length.
pub(super) fn is_lent(len: usize) -> bool {
    len >= LEAST && LENT.try_with(|lent| lent.try_borrow().is_ok_and(|lent| lent.is_some())).unwrap_or(false)
}

/// Memory for an array, with whatever was there before.
#[inline]
pub(super) fn take<R: Real>(len: usize) -> Option<Arc<[R]>> {
    if len < LEAST { None } else { lent(len, Shelf::take) }
}

impl<R> Shelf<R> {
    fn take(&mut self) -> Option<Arc<[R]>> {
        self.asked += 1;
        self.arrays.pop()
    }
}

/// Keeps the memory of an array that is about to be dropped, if this is the last share in it.
#[inline]
pub(super) fn leave<R: 'static>(floats: &mut Arc<[R]>) {
    if floats.len() >= LEAST {
        keep(floats);
    }
}

#[cold]
fn keep<R: 'static>(floats: &mut Arc<[R]>) {
    if Arc::get_mut(floats).is_some() {
        lent(floats.len(), |shelf| (shelf.arrays.len() < shelf.asked).then(|| shelf.arrays.push(floats.clone())));
    }
}
