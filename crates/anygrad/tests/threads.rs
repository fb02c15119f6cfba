//! Many threads at once: a backend in each, the same bits from all.
#![cfg(all(feature = "forward", feature = "reverse"))]

use std::thread;

use anygrad::Gradient;
use anygrad::prelude::*;
use rayon::prelude::*;

const GRADIENTS: u32 = 10_000;
const THREADS: usize = 8;

/// Of transcendental gates, so that an exchange of two results would show in the bits.
#[differentiable]
fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    (a * x + b * y + c).sigmoid() * x.sin()
}

/// A point that no other index has.
fn point(index: u32) -> [f64; 5] {
    let t = f64::from(index) / 1024.0;
    [1.0 + t, 2.0 - t, -3.0, t - 1.0, 3.0 - 0.25 * t]
}

/// The bits of all gradients, from one backend.
fn gradients(mut backend: impl Backend) -> Vec<[u64; 5]> {
    let gradient = |index| backend.gradient(&Neuron, &point(index)).expect("one output").map(f64::to_bits);
    (0..GRADIENTS).map(gradient).collect()
}

fn check_threads<B: Backend>(new: impl Fn() -> B + Sync) {
    let serial = gradients(new());
    assert_ne!(serial[0], serial[1]);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| gradients(new()))).collect();
        for thread in threads {
            assert!(thread.join().expect("no panic") == serial, "bits differ from the serial run");
        }
    });
}

#[test]
fn every_thread_has_the_bits_of_the_serial_run() {
    check_threads(Forward::new);
    check_threads(Reverse::new);
}

#[test]
fn a_backend_moves_from_one_thread_to_another() {
    let mut backend = Reverse::new();
    let here = backend.gradient(&Neuron, &point(7));
    let there = thread::spawn(move || backend.gradient(&Neuron, &point(7))).join().expect("no panic");
    assert_eq!(here, there);
}

/// The bits of the Hessian: a Jacobian of a gradient, two levels in one task.
fn nested<B: Backend, C: Backend>(outer: &mut B, inner: C, index: u32) -> Vec<u64> {
    let hessian = outer.jacobian(&Gradient::new(&Neuron, inner), &point(index)).expect("as many outputs as inputs");
    hessian.as_slice().iter().map(|entry| entry.to_bits()).collect()
}

#[test]
fn nested_gradients_in_a_pool_have_the_bits_of_the_serial_run() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build().expect("threads");
    let both = |index| {
        // A task within a task, so that one may be carried out while another waits on the same thread.
        let (reverse, forward) = rayon::join(
            || nested(&mut Reverse::new(), Reverse::new(), index),
            || nested(&mut Forward::new(), Reverse::new(), index),
        );
        [reverse, forward]
    };
    let parallel: Vec<_> = pool.install(|| (0..1000).into_par_iter().map(both).collect());
    let (mut reverse, mut forward) = (Reverse::new(), Forward::new());
    for (index, found) in (0..).zip(parallel) {
        let serial = [nested(&mut reverse, Reverse::new(), index), nested(&mut forward, Reverse::new(), index)];
        assert!(found == serial, "bits differ from the serial run at {index}");
    }
}
