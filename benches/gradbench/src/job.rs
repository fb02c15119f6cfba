//! `Job`: a function with its input, ready to be evaluated again and again.

use std::rc::Rc;

use anygrad::jit::Workspace;
use anygrad::{
    Backend, Dense, Differentiable, Fixed, Forward, Gradient, Jit, Native, Program, Replay, Reverse, Settings, Tree,
};
use serde_json::Value;

use crate::method::{Trial, chosen};
use crate::{Error, Method};

/// What is evaluated and timed; what it needs was prepared before.
pub trait Job {
    /// Computes what the eval asks for.
    ///
    /// # Errors
    /// What the function or its backend says.
    fn evaluate(&mut self) -> Result<(), Error>;

    /// What the last evaluation has computed.
    fn output(&self) -> Value;

    /// What it was computed by.
    fn method(&self) -> &'static str;

    /// How each method fared, if there was a trial.
    fn trials(&self) -> &[Trial] {
        &[]
    }
}

/// A job out of its parts.
struct Task<Y, E, W> {
    method: &'static str,
    y: Y,
    evaluate: E,
    write: W,
}

impl<Y, E, W> Job for Task<Y, E, W>
where
    E: FnMut(&mut Y) -> Result<(), Error>,
    W: Fn(&Y) -> Value,
{
    fn evaluate(&mut self) -> Result<(), Error> {
        (self.evaluate)(&mut self.y)
    }

    fn output(&self) -> Value {
        (self.write)(&self.y)
    }

    fn method(&self) -> &'static str {
        self.method
    }
}

/// A job that computes `y` by a closure and writes it by another.
pub(crate) fn job<Y: 'static>(
    method: &'static str,
    y: Y,
    evaluate: impl FnMut(&mut Y) -> Result<(), Error> + 'static,
    write: impl Fn(&Y) -> Value + 'static,
) -> Box<dyn Job> {
    Box::new(Task { method, y, evaluate, write })
}

/// The value of a function at a point.
pub fn value<F>(f: F, x: F::Input, write: fn(&F::Output) -> Value) -> Box<dyn Job>
where
    F: Differentiable + 'static,
    F::Input: Tree<Leaf = f64> + 'static,
    F::Output: 'static,
{
    let evaluate = move |y: &mut Option<F::Output>| {
        *y = Some(f.try_call::<f64>(&x)?);
        Ok(())
    };
    job("plain", None, evaluate, move |y| y.as_ref().map_or(Value::Null, write))
}

/// An expression with the backend of a method.
macro_rules! with_backend {
    ($method:expr, |$backend:ident| $make:expr) => {
        match $method {
            Method::Reverse => {
                let mut $backend = Reverse::new();
                $make
            }
            Method::Forward => {
                let mut $backend = Forward::new();
                $make
            }
            Method::Replay => {
                let mut $backend = Replay::with(Default::default(), settings());
                $make
            }
            Method::Native | Method::Auto => {
                let mut $backend = Jit::with(Default::default(), settings());
                $make
            }
        }
    };
}

/// Programs of more operations take longer to compile than an eval takes by a tape.
fn settings() -> Settings {
    Settings { limit: 400_000, ..Settings::default() }
}

/// The gradient of a function at a point, by a method.
///
/// # Errors
/// What the function or its backend says.
pub fn gradient<F>(method: Method, f: F, x: F::Input, write: fn(&F::Input) -> Value) -> Result<Box<dyn Job>, Error>
where
    F: Differentiable + 'static,
    F::Input: Tree<Leaf = f64> + Clone + 'static,
{
    let f = Rc::new(Fixed::new(f));
    chosen(method, F::Input::count::<f64>(&x), |method| {
        let (f, x, gradient) = (f.clone(), x.clone(), x.clone());
        Ok(with_backend!(method, |backend| {
            let evaluate = move |gradient: &mut F::Input| {
                backend.value_and_gradient_into(&*f, &x, gradient)?;
                Ok(())
            };
            job(method.name(), gradient, evaluate, write)
        }))
    })
}

/// The Jacobian of a function at a point, by a method.
///
/// # Errors
/// What the function or its backend says.
pub fn jacobian<F>(method: Method, f: F, x: F::Input, write: fn(&Dense<f64>) -> Value) -> Result<Box<dyn Job>, Error>
where
    F: Differentiable + 'static,
    F::Input: Tree<Leaf = f64> + Clone + 'static,
{
    let f = Rc::new(Fixed::new(f));
    chosen(method, F::Input::count::<f64>(&x), |method| {
        let (f, x) = (f.clone(), x.clone());
        Ok(with_backend!(method, |backend| {
            let evaluate = move |jacobian: &mut Dense<f64>| {
                backend.jacobian_into(&*f, &x, jacobian)?;
                Ok(())
            };
            job(method.name(), Dense::default(), evaluate, write)
        }))
    })
}

/// Something made of the gradient of a function at a point and the product of its Hessian with a vector, by a method; both come
/// out of one evaluation. [`Method::Reverse`] is the tape under dual numbers here.
///
/// # Errors
/// What the function or its backend says.
pub fn gradient_and_hvp<F, Y>(
    method: Method,
    f: F,
    x: F::Input,
    v: F::Input,
    finish: fn(F::Input, F::Input) -> Result<Y, anygrad::Error>,
    write: fn(&Y) -> Value,
) -> Result<Box<dyn Job>, Error>
where
    F: Differentiable + 'static,
    F::Input: Tree<Leaf = f64> + Clone + 'static,
    Y: 'static,
{
    let f = Rc::new(Fixed::new(f));
    chosen(method, F::Input::count::<f64>(&x), |method| {
        let (f, x, v) = (f.clone(), x.clone(), v.clone());
        let write = move |y: &Option<Y>| y.as_ref().map_or(Value::Null, write);
        if method == Method::Reverse {
            let mut forward = Forward::new();
            let evaluate = move |y: &mut Option<Y>| {
                let gradient = Gradient::new(&*f, Reverse::new());
                let (gradient, product) = forward.pushforward::<_, f64>(&gradient, &x, &v)?;
                *y = Some(finish(gradient, product)?);
                Ok(())
            };
            return Ok(job(method.name(), None, evaluate, write));
        }
        Ok(with_backend!(method, |backend| {
            let evaluate = move |y: &mut Option<Y>| {
                let (gradient, product) = backend.gradient_and_hvp(&*f, &x, &v)?;
                *y = Some(finish(gradient, product)?);
                Ok(())
            };
            job(method.name(), None, evaluate, write)
        }))
    })
}

/// A derivative out of many Jacobians of one small function.
pub(crate) trait Blocks<X>: Clone {
    /// How many there are.
    fn count(&self) -> usize;

    /// Where Jacobian `i` is taken.
    fn point(&self, i: usize) -> X;

    /// Begins anew, and keeps its memory.
    fn begin(&mut self);

    /// Takes Jacobian `i`, row by row.
    fn take(&mut self, i: usize, block: &[f64]);

    /// There is no Jacobian more.
    fn end(&mut self);

    /// What the benchmark is told.
    fn write(&self) -> Value;
}

/// Many Jacobians of a function, by a method.
///
/// # Errors
/// What the function or its backend says.
pub(crate) fn blocks<F, B>(method: Method, f: F, start: B) -> Result<Box<dyn Job>, Error>
where
    F: Differentiable + 'static,
    F::Input: Tree<Leaf = f64>,
    B: Blocks<F::Input> + 'static,
{
    let f = Rc::new(Fixed::new(f));
    let inputs = if start.count() == 0 { 0 } else { F::Input::count::<f64>(&start.point(0)) };
    chosen(method, inputs, |method| {
        let (f, start, mut block) = (f.clone(), start.clone(), Dense::default());
        let mut straight = if method == Method::Native { Straight::new(&*f, &start)? } else { None };
        Ok(with_backend!(method, |backend| {
            let evaluate = move |all: &mut B| {
                all.begin();
                for i in 0..all.count() {
                    let point = all.point(i);
                    if let Some(entries) = straight.as_mut().and_then(|straight| straight.jacobian::<F::Input>(&point))
                    {
                        all.take(i, entries);
                    } else {
                        backend.jacobian_into(&*f, &point, &mut block)?;
                        all.take(i, block.as_slice());
                    }
                }
                all.end();
                Ok(())
            };
            job(method.name(), start, evaluate, B::write)
        }))
    })
}

/// The native code of a function's Jacobian: recorded and compiled once, and run at one point after the other with nothing
/// besides.
struct Straight {
    native: Native<f64>,
    workspace: Workspace<f64>,
    x: Vec<f64>,
    out: Vec<f64>,
    /// So many values of the function stand before its Jacobian.
    values: usize,
}

impl Straight {
    /// The code for the path that the function takes at the first point, if there is one.
    fn new<F, B>(f: &F, blocks: &B) -> Result<Option<Self>, Error>
    where
        F: Differentiable,
        F::Input: Tree<Leaf = f64>,
        B: Blocks<F::Input>,
    {
        if blocks.count() == 0 {
            return Ok(None);
        }
        let program = Program::record(f, &blocks.point(0))?;
        let (values, x) = (program.outputs(), Vec::with_capacity(program.inputs()));
        let native = Native::compile(&program.jacobian()?)?;
        let out = vec![0.0; native.outputs()];
        Ok(Some(Self { workspace: native.workspace(), native, x, out, values }))
    }

    /// The Jacobian at a point, row by row; none where the function takes another path, or where a number is NaN: a backend
    /// knows whether it really is.
    fn jacobian<X: Tree<Leaf = f64, Of<f64> = X>>(&mut self, point: &X) -> Option<&[f64]> {
        let Self { native, workspace, x, out, values } = self;
        x.clear();
        X::each::<f64>(point, &mut |number| x.push(number));
        native.run(workspace, x, out).ok()?;
        let entries = &out[*values..];
        (!entries.iter().any(|entry| entry.is_nan())).then_some(entries)
    }
}
