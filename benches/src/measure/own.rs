//! The suites: each workload by plain evaluation, by hand and by every backend, with the peers that can express it.

use std::hint::black_box;

use anygrad::loops::Storage;
use anygrad::{Backend, Dense, Differentiable, Finite, Forward, Gradient, Program, Reverse, Tree};
use anygrad_benches::{LoopedRosenbrock, Mlp, Neuron, Pendula, Regression, Rosenbrock, Tridiagonal, Workload};

use crate::method::Method;
use crate::suite::{HAND, PLAIN, Suite};
use crate::{peers, recorded};

/// The seed of the network's data and parameters.
const SEED: u64 = 7;

/// From here on a method that evaluates the function once or more for each input takes too long for a short form.
const MANY_INPUTS: usize = 10_000;

/// Every suite, in the order of the table.
pub(crate) fn suites() -> Vec<Suite> {
    let mut suites = vec![neuron()];
    suites.extend([10, 100, 1000, 10_000, 100_000].map(rosenbrock));
    suites.extend([mlp(), regression(10), regression(50), pendula(), jacobian(), hvp()]);
    suites
}

fn neuron() -> Suite {
    let mut suite = gradient("neuron", &Neuron);
    suite.add(by_backend("forward", &Neuron, Forward::new()));
    suite.add(by_backend("forward/1", &Neuron, Forward::with_chunk::<1>()));
    suite.add(by_backend("forward/5", &Neuron, Forward::with_chunk::<5>()));
    suite.add(by_backend("reverse", &Neuron, Reverse::new()));
    suite.add(by_backend("finite", &Neuron, Finite::default()));
    suite.extend(gradient_programs("", &Neuron, &Neuron.point()));
    suite.extend(peers::neuron());
    suite
}

fn rosenbrock(n: usize) -> Suite {
    let workload = Rosenbrock { n };
    let mut suite = gradient("rosenbrock", &workload);
    if n <= MANY_INPUTS {
        suite.add(by_backend("forward", &workload, Forward::new()));
    }
    if n < MANY_INPUTS {
        suite.add(by_backend("forward/4", &workload, Forward::with_chunk::<4>()));
        suite.add(by_backend("forward/10", &workload, Forward::with_chunk::<10>()));
        suite.add(by_backend("forward/16", &workload, Forward::with_chunk::<16>()));
    }
    suite.add(by_backend("reverse", &workload, Reverse::new()));
    if n < MANY_INPUTS {
        suite.add(by_backend("finite", &workload, Finite::default()));
    }
    suite.extend(gradient_programs("", &workload, &workload.point()));
    suite.extend(gradient_programs("/sum", &LoopedRosenbrock, &workload.point()));
    suite.extend(peers::rosenbrock(workload));
    suite
}

/// The loss of a linear model over 8000 rows.
fn regression(features: usize) -> Suite {
    let workload = Regression::new(8000, features);
    let mut suite = gradient("regression", &workload);
    suite.add(by_backend("forward", &workload, Forward::new()));
    suite.add(by_backend("reverse", &workload, Reverse::new()));
    suite.extend(gradient_programs("", &workload, &workload.point()));
    suite
}

/// An integration over 10 000 steps; the plain evaluation stands where there is no derivative by hand.
fn pendula() -> Suite {
    let workload = Pendula { steps: 10_000, storage: Storage::All };
    let x = workload.point();
    let (value, derivative) = Forward::new().value_and_gradient(&workload, &x).unwrap_or_default();
    let mut suite = Suite::new("pendula", x.len(), vec![value], derivative.to_vec()).against(PLAIN);
    suite.add(plain(workload, x, |&value| vec![value]));
    suite.add(gradient_by("forward", workload, x, Forward::new()));
    suite.add(gradient_by("reverse", workload, x, Reverse::new()));
    suite.extend(gradient_programs("", &workload, &x));
    let root = Pendula { storage: Storage::Root, ..workload };
    suite.extend(gradient_programs("/root", &root, &x));
    suite
}

fn mlp() -> Suite {
    let workload = Mlp::new(SEED);
    let mut suite = gradient("mlp", &workload);
    suite.add(by_backend("forward", &workload, Forward::new()));
    suite.add(by_backend("forward/16", &workload, Forward::with_chunk::<16>()));
    suite.add(by_backend("reverse", &workload, Reverse::new()));
    suite.add(by_backend("finite", &workload, Finite::default()));
    suite.extend(gradient_programs("", &workload, &workload.point()));
    suite.extend(peers::mlp(&workload));
    suite
}

/// The Jacobian of a function of 100 inputs and as many outputs.
fn jacobian() -> Suite {
    let workload = Tridiagonal { n: 100 };
    let (x, mut derivative) = (workload.point(), Dense::default());
    let value = workload.by_hand(&x, &mut derivative);
    let mut suite = Suite::new("jacobian", workload.n, value, derivative.as_slice().to_vec());
    suite.add(plain(workload, x.clone(), Vec::clone));
    let by_hand = move |jacobian: &mut Dense<f64>| {
        black_box(workload.by_hand(black_box(&x), jacobian));
    };
    suite.add(Method::new(HAND, Dense::default(), by_hand, |jacobian| jacobian.as_slice().to_vec()));
    suite.add(jacobian_by("forward", workload, Forward::new()));
    suite.add(jacobian_by("forward/4", workload, Forward::with_chunk::<4>()));
    suite.add(jacobian_by("forward/10", workload, Forward::with_chunk::<10>()));
    suite.add(jacobian_by("forward/16", workload, Forward::with_chunk::<16>()));
    suite.add(jacobian_by("reverse", workload, Reverse::new()));
    suite.add(jacobian_by("finite", workload, Finite::default()));
    suite.extend(recorded::methods("", &workload, &workload.point(), (Program::jacobian, &[]), |out| &out[100..]));
    suite.extend(peers::jacobian(&workload));
    suite
}

/// The Hessian of Rosenbrock's function of 100 inputs, times a vector.
fn hvp() -> Suite {
    let workload = Rosenbrock { n: 100 };
    let (x, v, mut derivative) = (workload.point(), workload.vector(), workload.point());
    workload.hvp_by_hand(&x, &v, &mut derivative);
    let mut suite = Suite::new("hvp", workload.n, vec![workload.call::<f64>(&x)], derivative);
    suite.add(plain(workload, x.clone(), |&value| vec![value]));
    let by_hand = {
        let (x, v) = (x.clone(), v.clone());
        move |product: &mut Vec<f64>| workload.hvp_by_hand(black_box(&x), black_box(&v), product)
    };
    suite.add(Method::new(HAND, vec![0.0; workload.n], by_hand, Vec::clone));
    suite.add(hvp_by("forward", workload, Forward::new()));
    suite.add(hvp_by("forward/1", workload, Forward::with_chunk::<1>()));
    suite.add(hvp_by("reverse", workload, Reverse::new()));
    suite.extend(recorded::methods("", &workload, &x, (Program::hvp, &v), |out| &out[101..]));
    suite.add(forward_over_reverse(workload, x, v));
    suite.extend(peers::hvp(workload));
    suite
}

/// The gradient as a program, interpreted and as native code.
fn gradient_programs<F>(label: &str, f: &F, x: &F::Input) -> Vec<Method>
where
    F: Differentiable<Input: Tree<Leaf = f64>>,
{
    recorded::methods(label, f, x, (Program::gradient, &[]), |out| &out[1..])
}

fn gradient_by<B: Backend + 'static>(name: &'static str, workload: Pendula, x: [f64; 6], mut backend: B) -> Method {
    Method::of_vector(name, move || backend.gradient(&workload, black_box(&x)).map(Vec::from).unwrap_or_default())
}

/// A suite of gradients, with the value and the gradient by hand in it.
fn gradient<W: Workload + Clone + 'static>(name: &'static str, workload: &W) -> Suite {
    let (x, mut gradient) = (workload.point(), workload.point());
    let value = workload.by_hand(&x, &mut gradient);
    let derivative = W::Input::flatten::<f64>(&gradient);
    let mut suite = Suite::new(name, derivative.len(), vec![value], derivative);
    suite.add(plain(workload.clone(), workload.point(), |&value| vec![value]));
    let workload = workload.clone();
    let by_hand = move |gradient: &mut W::Input| {
        black_box(workload.by_hand(black_box(&x), gradient));
    };
    suite.add(Method::new(HAND, gradient, by_hand, W::Input::flatten::<f64>));
    suite
}

/// The function alone, on floats.
pub(crate) fn plain<F>(f: F, x: F::Input, flatten: impl Fn(&F::Output) -> Vec<f64> + 'static) -> Method
where
    F: Differentiable<Input: Tree<Leaf = f64>> + 'static,
{
    let output = f.call::<f64>(&x);
    Method::new("plain", output, move |output| *output = f.call::<f64>(black_box(&x)), flatten)
}

fn by_backend<W, B>(name: &'static str, workload: &W, mut backend: B) -> Method
where
    W: Workload + Clone + 'static,
    B: Backend + 'static,
{
    let (workload, x, buffer) = (workload.clone(), workload.point(), workload.point());
    let compute = move |gradient: &mut W::Input| {
        black_box(backend.value_and_gradient_into(&workload, black_box(&x), gradient).is_ok());
    };
    Method::new(name, buffer, compute, W::Input::flatten::<f64>)
}

fn jacobian_by<B: Backend + 'static>(name: &'static str, workload: Tridiagonal, mut backend: B) -> Method {
    let x = workload.point();
    let compute = move |jacobian: &mut Dense<f64>| {
        black_box(backend.jacobian_into(&workload, black_box(&x), jacobian).is_ok());
    };
    Method::new(name, Dense::default(), compute, |jacobian| jacobian.as_slice().to_vec())
}

fn hvp_by<B: Backend + 'static>(name: &'static str, workload: Rosenbrock, mut backend: B) -> Method {
    let (x, v) = (workload.point(), workload.vector());
    Method::of_vector(name, move || backend.hvp(&workload, black_box(&x), black_box(&v)).unwrap_or_default())
}

/// One pushforward of the gradient that reverse mode finds.
fn forward_over_reverse(workload: Rosenbrock, x: Vec<f64>, v: Vec<f64>) -> Method {
    Method::of_vector("forward-over-reverse", move || {
        let gradient = Gradient::new(workload, Reverse::new());
        let product = Forward::new().pushforward::<_, f64>(&gradient, black_box(&x), black_box(&v));
        gradient.into_result(product).map(|(_, product)| product).unwrap_or_default()
    })
}
