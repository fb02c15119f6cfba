//! `Arena<X>`: a list that grows through a shared reference; `Kept`: the memory of a list whose type is gone. The only unsafe
//! code of the crate.

use std::alloc::{Layout, dealloc};
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

/// The items that the first growth makes room for, at most.
const FIRST_CAPACITY: usize = 64;

/// The bytes of the first growth, at most: so little memory comes out of the allocator's cache. A tape inside of another
/// derivative is a new one for each inner gradient, and most of these are short.
const FIRST_BYTES: usize = 1024;

/// A list of plain values that is appended to through a shared reference.
///
/// A `RefCell<Vec<_>>` does the same with a flag that every append checks, sets and resets: 29 instructions an operation
/// against 21 here, and twice the time, because each append waits for the stores of the last one (Rosenbrock function
/// of 10 inputs, recording alone, x86-64).
#[derive(Debug)]
pub(crate) struct Arena<X> {
    items: UnsafeCell<Vec<X>>,
}

impl<X> From<Vec<X>> for Arena<X> {
    fn from(items: Vec<X>) -> Self {
        Self { items: UnsafeCell::new(items) }
    }
}

#[allow(unsafe_code, reason = "appending is the inner loop of a recording; see the measurement above")]
impl<X> Arena<X> {
    /// The number of items.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        // SAFETY: the arena is not `Sync`, and no method keeps or hands out a reference to the list, so there is no other
        // reference to it now.
        unsafe { (*self.items.get()).len() }
    }

    /// Forgets all but the first `len` items and keeps the memory.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.items.get_mut().truncate(len);
    }

    /// Takes all items out.
    pub(crate) fn take(&mut self) -> Vec<X> {
        std::mem::take(self.items.get_mut())
    }

    /// Lends the items to `body`. They are taken out for that time: what `body` would append is lost.
    pub(crate) fn read<Y>(&self, body: impl FnOnce(&[X]) -> Y) -> Y {
        let lent = Lent { items: self.replace(Vec::new()), arena: self };
        body(&lent.items)
    }

    fn replace(&self, items: Vec<X>) -> Vec<X> {
        // SAFETY: as in `len`; the old list is moved out, not dropped, so that nothing else runs in between.
        std::mem::replace(unsafe { &mut *self.items.get() }, items)
    }
}

#[allow(unsafe_code, reason = "appending is the inner loop of a recording; see the measurement above")]
impl<X: Copy> Arena<X> {
    /// Appends an item and returns its index; none if there are `limit` items already.
    #[inline]
    pub(crate) fn push(&self, item: X, limit: usize) -> Option<usize> {
        // SAFETY: as in `len`; the reference ends with this call, in which no code but that of `Vec` runs (`X: Copy` has
        // neither a destructor nor a `clone` of its own).
        let items = unsafe { &mut *self.items.get() };
        let index = items.len();
        if index == items.capacity() && !make_room(items, limit) {
            return None;
        }
        items.push(item);
        Some(index)
    }
}

/// Doubles the memory, up to `limit` items; false if there are as many already.
#[cold]
#[inline(never)]
fn make_room<X>(items: &mut Vec<X>, limit: usize) -> bool {
    let room = limit.saturating_sub(items.len());
    let first = (FIRST_BYTES / size_of::<X>().max(1)).clamp(1, FIRST_CAPACITY);
    if items.capacity() == 0 {
        *items = Vec::with_capacity(first.min(room));
    } else {
        items.reserve_exact(items.len().min(room));
    }
    room > 0
}

/// The items of an arena while they are read; gives them back, also after a panic.
struct Lent<'a, X> {
    items: Vec<X>,
    arena: &'a Arena<X>,
}

impl<X> Drop for Lent<'_, X> {
    fn drop(&mut self) {
        self.arena.replace(std::mem::take(&mut self.items));
    }
}

/// The memory of a list, from one derivative inside of another to the next.
///
/// The list itself cannot be kept: its items name the recording that they are of, which has ended. With two lists made anew for
/// each inner gradient, a quarter of all instructions is spent on memory (descent inside of a descent, functions of two numbers,
/// x86-64).
#[derive(Debug, Default)]
pub(crate) struct Kept(Option<Memory>);

/// Memory out of a list, without items.
#[derive(Debug)]
struct Memory {
    place: NonNull<u8>,
    item: Layout,
    capacity: usize,
}

#[allow(unsafe_code, reason = "a list of another type in the same memory; see the measurement above")]
impl Kept {
    /// An empty list, in the kept memory if its items lie as those before.
    #[inline]
    pub(crate) fn take<X: Copy>(&mut self) -> Vec<X> {
        match self.0.take_if(|memory| memory.item == Layout::new::<X>()) {
            Some(memory) => {
                let memory = ManuallyDrop::new(memory);
                // SAFETY: the parts are those of a list of the global allocator that `keep` took apart and nothing has used
                // since. Items of one size and alignment make arrays of one layout, and there are no items.
                unsafe { Vec::from_raw_parts(memory.place.cast().as_ptr(), 0, memory.capacity) }
            }
            None => Vec::new(),
        }
    }

    /// Forgets the items of a list and keeps its memory in place of that before.
    #[inline]
    pub(crate) fn keep<X: Copy>(&mut self, items: Vec<X>) {
        let mut items = ManuallyDrop::new(items);
        let (capacity, item) = (items.capacity(), Layout::new::<X>());
        if let (Some(place), true) = (NonNull::new(items.as_mut_ptr()), capacity * item.size() > 0) {
            self.0 = Some(Memory { place: place.cast(), item, capacity });
        }
    }
}

#[allow(unsafe_code, reason = "a list of another type in the same memory; see the measurement above")]
impl Drop for Memory {
    fn drop(&mut self) {
        // An array that was allocated has a size.
        if let Ok(array) = Layout::from_size_align(self.item.size() * self.capacity, self.item.align()) {
            // SAFETY: it was allocated by a list of the global allocator, with the layout of an array of that capacity.
            unsafe { dealloc(self.place.as_ptr(), array) }
        }
    }
}

// SAFETY: it owns the memory, as the list did, and there is nothing in it.
#[allow(unsafe_code, reason = "a list of another type in the same memory; see the measurement above")]
unsafe impl Send for Memory {}
