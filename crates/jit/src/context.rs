//! What native code calls with pointers: gates of any number of arguments, copies, and loops whose bodies are functions.

#![allow(unsafe_code, reason = "native code hands over pointers")]

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::OnceLock;

use anygrad_core::Real;
use anygrad_graph::code::{Gate, Layout, OnArrays};
use anygrad_graph::{OwnBlock, SUM_BLOCK};

use smallvec::SmallVec;

use crate::plan::Apart;

/// What a function gives back when a gate of the user's has panicked; otherwise 0, or 1 more than the number of the test that
/// failed.
pub(crate) const PANICKED: u32 = u32::MAX;

/// A function of native code: inputs, outputs, slots, table, rows.
// SAFETY: each call says why its pointers are good.
pub(crate) type Entry<R> = unsafe extern "C" fn(*const R, *mut R, *mut R, *const R, *mut u64) -> u32;

/// A gate, or a derivative of one.
#[derive(Clone, Debug)]
pub(crate) struct Applied<R> {
    pub(crate) gate: Gate<R>,
    /// The order of the derivative, 0 for the value.
    pub(crate) order: u32,
}

/// What a call of a gate refers to.
#[derive(Debug)]
struct Call<R> {
    applied: Applied<R>,
    operands: usize,
    width: usize,
}

/// What a call of an operation on arrays refers to.
#[derive(Debug)]
struct Arrays<R> {
    block: OwnBlock<R>,
    /// Those of the operands.
    lengths: Vec<usize>,
    size: usize,
}

/// What a loop whose body is functions of its own refers to.
#[derive(Debug)]
struct Repeat<R> {
    trips: u32,
    reversed: bool,
    depth: usize,
    /// Numbers of the state, and sums.
    carry: usize,
    sums: usize,
    outs: Vec<Layout>,
    /// Where in the slots these are.
    array: usize,
    state: usize,
    results: usize,
    totals: usize,
    width: usize,
    paths: OnceLock<Vec<Vec<Entry<R>>>>,
}

/// All that the code of a program refers to by address.
#[derive(Debug)]
pub(crate) struct Contexts<R> {
    #[allow(clippy::vec_box, reason = "native code holds their addresses")]
    calls: Vec<Box<Call<R>>>,
    #[allow(clippy::vec_box, reason = "native code holds their addresses")]
    arrays: Vec<Box<Arrays<R>>>,
    #[allow(clippy::vec_box, reason = "native code holds their addresses")]
    repeats: Vec<Box<Repeat<R>>>,
}

/// The address of something that the code refers to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context(usize);

impl Context {
    pub(crate) fn address(self) -> usize {
        self.0
    }
}

impl<R: Real> Contexts<R> {
    /// The contexts of these loops.
    pub(crate) fn new(apart: &[Apart<'_, R>]) -> Self {
        Self {
            calls: Vec::new(),
            arrays: Vec::new(),
            repeats: apart.iter().map(|apart| Box::new(Repeat::new(apart))).collect(),
        }
    }

    /// Keeps a gate with so many operands and results.
    pub(crate) fn keep(&mut self, applied: Applied<R>, [operands, width]: [u32; 2]) -> Context {
        let call = Box::new(Call { applied, operands: operands as usize, width: width as usize });
        let context = Context(std::ptr::from_ref(&*call).addr());
        self.calls.push(call);
        context
    }

    /// Keeps an operation on arrays.
    pub(crate) fn keep_arrays(&mut self, on: &OnArrays<R>) -> Context {
        let lengths = on.args.iter().map(|span| span.len as usize).collect();
        let arrays = Box::new(Arrays { block: on.block.clone(), lengths, size: on.block.size() });
        let context = Context(std::ptr::from_ref(&*arrays).addr());
        self.arrays.push(arrays);
        context
    }

    /// The context of a loop.
    pub(crate) fn apart(&self, number: usize) -> Context {
        Context(std::ptr::from_ref(&*self.repeats[number]).addr())
    }

    /// Tells a loop its functions.
    pub(crate) fn link(&self, number: usize, paths: Vec<Vec<Entry<R>>>) {
        // Each loop is linked once.
        let _ = self.repeats[number].paths.set(paths);
    }
}

thread_local! {
    /// What a gate panicked with.
    static PANIC: RefCell<Option<Box<dyn Any + Send>>> = const { RefCell::new(None) };
}

/// What the last gate that panicked on this thread panicked with.
pub(crate) fn panic_payload() -> Box<dyn Any + Send> {
    PANIC.take().unwrap_or_else(|| Box::new("a gate panicked"))
}

/// The address of the general call of a gate.
pub(crate) fn applied_address<R: Real>() -> usize {
    call::<R> as *const () as usize
}

/// The address of the call of an operation on arrays.
pub(crate) fn arrays_address<R: Real>() -> usize {
    arrays::<R> as *const () as usize
}

/// The address of what copies numbers.
pub(crate) fn copy_address<R: Real>() -> usize {
    copy::<R> as *const () as usize
}

/// The address of what fills with a number.
pub(crate) fn fill_address<R: Real>() -> usize {
    fill::<R> as *const () as usize
}

/// The address of what runs loops.
pub(crate) fn repeat_address<R: Real>() -> usize {
    repeat::<R> as *const () as usize
}

/// A gate at operands that lie side by side.
///
/// # Safety
/// `context` is one that the running code keeps; `operands` and `out` are as long as it says, and do not overlap.
unsafe extern "C" fn call<R: Real>(context: *const Call<R>, operands: *const R, out: *mut R) -> u32 {
    // SAFETY: the code that calls is kept together with its contexts, and no context changes once it is made.
    let context = unsafe { &*context };
    // SAFETY: the emitted call hands over two places, of these lengths, that the plan has not put on one another; all
    // memory of a workspace is initialised.
    let (operands, out) =
        unsafe { (slice::from_raw_parts(operands, context.operands), slice::from_raw_parts_mut(out, context.width)) };
    let outcome = catch_unwind(AssertUnwindSafe(|| match context.applied.order {
        0 => out[0] = context.applied.gate.value(operands),
        order => {
            out.fill(R::zero());
            context.applied.gate.derive(order, operands, out);
        }
    }));
    code_of(outcome)
}

/// The code of something of the user's that ran.
fn code_of(outcome: std::thread::Result<()>) -> u32 {
    match outcome {
        Ok(()) => 0,
        Err(payload) => {
            PANIC.set(Some(payload));
            PANICKED
        }
    }
}

/// An operation on arrays.
///
/// # Safety
/// `context` is one that the running code keeps; `operands` lists as many places as it has lengths, each as long as that says,
/// and `out` is as long as the operation's size and overlaps none of them.
unsafe extern "C" fn arrays<R: Real>(context: *const Arrays<R>, operands: *const *const R, out: *mut R) -> u32 {
    // SAFETY: as in `call`.
    let context = unsafe { &*context };
    // SAFETY: the emitted call hands over the places of the arrays, all of them in initialised memory that lives as long as the
    // call, and a place for the value that the plan has not put on any of them.
    let (operands, out) = unsafe {
        let operand = |(at, &len): (usize, &usize)| slice::from_raw_parts(*operands.add(at), len);
        let operands: SmallVec<[&[R]; 4]> = context.lengths.iter().enumerate().map(operand).collect();
        (operands, slice::from_raw_parts_mut(out, context.size))
    };
    code_of(catch_unwind(AssertUnwindSafe(|| context.block.write(&operands, out))))
}

/// Copies numbers.
///
/// # Safety
/// Both places are `len` long and do not overlap.
unsafe extern "C" fn copy<R: Real>(from: *const R, to: *mut R, len: u64) {
    // SAFETY: by what the caller promises; the emitted call copies from one array of the plan to another.
    unsafe { std::ptr::copy_nonoverlapping(from, to, len as usize) }
}

/// Fills a place with a number.
///
/// # Safety
/// The place is `len` long, and nothing else refers to it.
unsafe extern "C" fn fill<R: Real>(place: *mut R, len: u64, number: R) {
    // SAFETY: by what the caller promises; the emitted call fills an array of the plan.
    unsafe { slice::from_raw_parts_mut(place, len as usize) }.fill(number);
}

/// Runs a loop; the arguments after the context are those of every function.
///
/// # Safety
/// As for an [`Entry`] of the code that keeps `context`.
unsafe extern "C" fn repeat<R: Real>(
    context: *const Repeat<R>,
    inputs: *const R,
    outputs: *mut R,
    slots: *mut R,
    table: *const R,
    rows: *mut u64,
) -> u32 {
    // SAFETY: as in `call`.
    let context = unsafe { &*context };
    // SAFETY: the places of a loop lie within the slots; no reference to them lives while a function of the body runs.
    let numbers = |first: usize, len: usize| unsafe { slice::from_raw_parts_mut(slots.add(first), len) };
    context.begin(numbers(context.array, context.width), numbers(context.totals, 2 * context.sums));
    for trip in 0..context.trips {
        let row = if context.reversed { context.trips - 1 - trip } else { trip };
        // SAFETY: there is a row for each depth that loops of the program have.
        unsafe { *rows.add(context.depth) = u64::from(row) };
        // SAFETY: the arguments are passed on as they came.
        let code = context.path(|entry| unsafe { entry(inputs, outputs, slots, table, rows) });
        if code != 0 {
            return code;
        }
        let results = numbers(context.results, context.count());
        numbers(context.state, context.carry).copy_from_slice(&results[..context.carry]);
        context.add(trip, numbers(context.totals, 2 * context.sums), &results[context.carry..][..context.sums]);
        context.put(row as usize, numbers(context.array, context.width), &results[context.carry + context.sums..]);
    }
    context.end(
        numbers(context.array, context.width),
        numbers(context.state, context.carry),
        numbers(context.totals, 2 * context.sums),
    );
    0
}

impl<R: Real> Repeat<R> {
    fn new(apart: &Apart<'_, R>) -> Self {
        Self {
            trips: apart.code.trips,
            reversed: apart.code.reversed,
            depth: apart.depth,
            carry: apart.code.carry.len(),
            sums: apart.code.sums as usize,
            outs: apart.code.outs.clone(),
            array: apart.array.offset as usize,
            state: apart.state.offset as usize,
            results: apart.results.offset as usize,
            totals: apart.sums.offset as usize,
            width: apart.code.width() as usize,
            paths: OnceLock::new(),
        }
    }

    /// The number of results of a body.
    fn count(&self) -> usize {
        self.carry + self.sums + self.outs.iter().map(|out| out.width as usize).sum::<usize>()
    }

    fn begin(&self, array: &mut [R], totals: &mut [R]) {
        let mut rest = &mut array[self.carry + self.sums..];
        for out in &self.outs {
            let (own, others) = rest.split_at_mut(out.len(self.trips) as usize);
            out.begin(own);
            rest = others;
        }
        totals.fill(R::neg_zero());
    }

    /// Runs the first path that the row takes: 0, or the code of the first test that failed if there is none.
    fn path(&self, run: impl Fn(Entry<R>) -> u32) -> u32 {
        let mut first = 0;
        for path in self.paths.get().into_iter().flatten() {
            match path.iter().map(|&entry| run(entry)).find(|&code| code != 0) {
                None => return 0,
                Some(PANICKED) => return PANICKED,
                Some(code) if first == 0 => first = code,
                Some(_) => {}
            }
        }
        first
    }

    /// Adds the terms of a row: to the sums of its block, which join those of the blocks before.
    fn add(&self, trip: u32, totals: &mut [R], terms: &[R]) {
        let (block, before) = totals.split_at_mut(self.sums);
        if trip > 0 && trip.is_multiple_of(SUM_BLOCK) {
            before
                .iter_mut()
                .zip(&mut *block)
                .for_each(|(before, block)| *before += std::mem::replace(block, R::neg_zero()));
        }
        block.iter_mut().zip(terms).for_each(|(sum, &term)| *sum += term);
    }

    fn put(&self, row: usize, array: &mut [R], mut results: &[R]) {
        let mut first = self.carry + self.sums;
        for out in &self.outs {
            let (own, others) = results.split_at(out.width as usize);
            let place = &mut array[first + row * out.step as usize..][..own.len()];
            if out.adds() {
                place.iter_mut().zip(own).for_each(|(place, &value)| *place += value);
            } else {
                place.copy_from_slice(own);
            }
            first += out.len(self.trips) as usize;
            results = others;
        }
    }

    fn end(&self, array: &mut [R], state: &[R], totals: &[R]) {
        let (block, before) = totals.split_at(self.sums);
        array[..self.carry].copy_from_slice(state);
        let sums = array[self.carry..].iter_mut().zip(before.iter().zip(block));
        sums.for_each(|(sum, (&before, &block))| *sum = before + block);
    }
}
