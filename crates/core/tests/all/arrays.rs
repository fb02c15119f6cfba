//! Large arrays in a run that memory is lent to.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anygrad_core::Scalar;
use anygrad_core::arrays::{AddArrays, Array, Buffer, Spare};

/// More than a chunk, and no multiple of one.
const LEN: usize = 2500;

fn numbers() -> Buffer<f64> {
    Buffer::from_fn(LEN, |i| i as f64)
}

/// `xᵢ + c`, and how many numbers have been computed.
fn shifted(x: &Buffer<f64>, c: f64) -> (Buffer<f64>, Arc<AtomicUsize>) {
    let computed = Arc::new(AtomicUsize::new(0));
    let count = computed.clone();
    let later = Buffer::later(x.len(), [x], move |[x], y| {
        count.fetch_add(x.len(), Ordering::Relaxed);
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = x + c);
    });
    (later, computed)
}

#[test]
fn memory_is_kept_from_run_to_run() {
    let mut spare = Spare::default();
    let place = |spare: &mut Spare| spare.lend(|| Buffer::filled(LEN, |floats: &mut [f64]| floats[0] = 1.0).as_ptr());
    let first = place(&mut spare);
    assert_eq!(place(&mut spare), first);
    // What was there before does not show.
    assert!(spare.lend(|| Buffer::filled(LEN, |_: &mut [f64]| ())).iter().all(|&x| x == 0.0));
}

#[test]
fn memory_that_is_shared_is_not_written() {
    let mut spare = Spare::default();
    let kept = spare.lend(|| Buffer::written(LEN, |floats| floats.fill(1.0)).clone());
    let other = spare.lend(|| Buffer::written(LEN, |floats| floats.fill(2.0)));
    assert!(kept.iter().all(|&x| x == 1.0) && other.iter().all(|&x| x == 2.0));
}

#[test]
fn a_run_that_panics_leaves_memory_in_order() {
    let mut spare = Spare::default();
    let run = catch_unwind(AssertUnwindSafe(|| {
        spare.lend(|| {
            let _x: Buffer<f64> = Buffer::filled(LEN, |floats| floats.fill(3.0));
            panic!("as a function may");
        })
    }));
    assert!(run.is_err());
    let inner = spare.lend(|| Spare::default().lend(|| Buffer::filled(LEN, |_: &mut [f64]| ())));
    assert!(inner.iter().all(|&x| x == 0.0));
}

#[test]
fn what_is_computed_later_is_the_same() {
    let x = numbers();
    let expected: Vec<f64> = x.iter().map(|x| x + 0.5).collect();
    let (at_once, computed) = shifted(&x, 0.5);
    assert_eq!(computed.load(Ordering::Relaxed), LEN);
    assert_eq!(*at_once, *expected);
    Spare::default().lend(|| {
        let (later, computed) = shifted(&x, 0.5);
        assert_eq!((later.len(), computed.load(Ordering::Relaxed)), (LEN, 0));
        let doubled = Buffer::elementwise([&later, &x], |[y, x]| y + x);
        assert!(doubled.iter().zip(&expected).zip(x.iter()).all(|((z, y), x)| *z == y + x));
        assert_eq!(*later, *expected);
        assert_eq!(f64::block(AddArrays { len: LEN }, &[&later, &later])[7], 15.0);
    });
}

#[test]
fn what_is_visited_is_computed_once() {
    let x = numbers();
    Spare::default().lend(|| {
        let (mut later, computed) = shifted(&x, 1.0);
        let mut sum = 0.0;
        (0..2).for_each(|_| later.visit(|part| sum += part.iter().sum::<f64>()));
        assert_eq!(sum, (LEN * (LEN + 1)) as f64);
        later.settle();
        later.set(0, 9.0);
        assert_eq!((later.get(0), later.get(1), computed.load(Ordering::Relaxed)), (9.0, 2.0, LEN));
    });
}

#[test]
fn long_chains_are_written_out_in_between() {
    let x = numbers();
    let once = |x: Buffer<f64>| {
        Buffer::once(LEN, [&x], |[x], y: &mut [f64]| y.iter_mut().zip(x).for_each(|(y, x)| *y = x + 1.0))
    };
    let run = move || {
        let [y, z] = Spare::default().lend(|| {
            [(0..10_000).fold(x.clone(), |x, _| shifted(&x, 1.0).0), (0..10_000).fold(x.clone(), |x, _| once(x))]
        });
        assert!(y.iter().zip(x.iter()).all(|(y, x)| *y == x + 10_000.0));
        assert_eq!(y, z);
    };
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(run);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn zeros_but_at_a_few_places() {
    let places = || vec![(1, 2.0), (LEN - 1, 3.0)];
    let mut expected = vec![0.0; LEN];
    places().iter().for_each(|&(place, x)| expected[place] = x);
    assert_eq!(*Buffer::few(LEN, places()), *expected);
    Spare::default().lend(|| {
        let few = Buffer::few(LEN, places());
        let (mut sum, x) = (numbers(), numbers());
        sum.accumulate(&few);
        assert!(sum.iter().zip(x.iter()).zip(&expected).all(|((sum, x), few)| *sum == x + few));
        assert_eq!(*Buffer::elementwise([&few], |[x]| x), *expected);
        assert_eq!(*few, *expected);
    });
}
