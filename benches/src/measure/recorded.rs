//! Recorded programs as methods: interpreted, and as native code.

use std::hint::black_box;

use anygrad::graph::{Engine, Interpreter};
use anygrad::jit::Cranelift;
use anygrad::{Differentiable, Error, Program, Tree};

use crate::method::Method;

/// What a program is made of a function for.
pub(crate) type Derivative = fn(&Program<f64>) -> Result<Program<f64>, Error>;

/// The derivative as a program, by each engine. The program takes the inputs `x` as they are, one number behind the other;
/// `read` says which of its outputs are the answer.
pub(crate) fn methods<F>(
    label: &str,
    f: &F,
    x: &F::Input,
    (derivative, more): (Derivative, &[f64]),
    read: fn(&[f64]) -> &[f64],
) -> Vec<Method>
where
    F: Differentiable<Input: Tree<Leaf = f64>>,
{
    let inputs = [F::Input::flatten::<f64>(x), more.to_vec()].concat();
    let program = Program::record(f, x).and_then(|program| derivative(&program));
    let Ok(program) = program else { return Vec::new() };
    let replay = method(format!("replay{label}"), Interpreter, &program, inputs.clone(), read);
    let native = method(format!("native{label}"), Cranelift, &program, inputs, read);
    [replay, native].into_iter().flatten().collect()
}

/// The program by one engine, if it can make it ready.
fn method<E: Engine>(
    name: String,
    engine: E,
    program: &Program<f64>,
    inputs: Vec<f64>,
    read: fn(&[f64]) -> &[f64],
) -> Option<Method> {
    let mut code = engine.prepare(program).ok()?;
    let compute = move |out: &mut Vec<f64>| {
        black_box(E::run(&mut code, &[black_box(&inputs)], out).is_ok());
    };
    Some(Method::new(name, vec![0.0; program.outputs()], compute, move |out| read(out).to_vec()))
}
