//! `Job`: a function with its input, ready to be evaluated again and again.

use std::rc::Rc;

use anygrad::graph::ByProgram;
use anygrad::jit::Cranelift;
use anygrad::{Backend, Dense, Differentiable, Fixed, Forward, Gradient, Parallel, Reverse, Settings, Tree};
use serde_json::Value;

use crate::evals::Options;
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

/// An expression with what makes the backend of a method.
macro_rules! with_backend {
    ($method:expr, |$new:ident| $make:expr) => {
        match $method {
            Method::Reverse => {
                let $new = anygrad::Reverse::new;
                $make
            }
            Method::Forward => {
                let $new = anygrad::Forward::new;
                $make
            }
            Method::Replay => {
                let $new = || anygrad::Replay::with(Default::default(), crate::job::settings());
                $make
            }
            Method::Native | Method::Auto => {
                let $new = || anygrad::Jit::with(Default::default(), crate::job::settings());
                $make
            }
        }
    };
}
pub(crate) use with_backend;

/// Programs of more operations take longer to compile than an eval takes by a tape.
pub(crate) fn settings() -> Settings {
    Settings { limit: 400_000, ..Settings::default() }
}

/// The gradient of a function at a point, by a method; as native code its long loops run on all threads if that is an option.
///
/// # Errors
/// What the function or its backend says.
pub fn gradient<F>(
    options: impl Into<Options>,
    f: F,
    x: F::Input,
    write: fn(&F::Input) -> Value,
) -> Result<Box<dyn Job>, Error>
where
    F: Differentiable + 'static,
    F::Input: Tree<Leaf = f64> + Clone + 'static,
{
    let (f, options) = (Rc::new(Fixed::new(f)), options.into());
    chosen(options.method, F::Input::count::<f64>(&x), |method| {
        let (f, x) = (f.clone(), x.clone());
        if method == Method::Native && options.multithreaded {
            let native = ByProgram::with(Parallel::new(Cranelift), settings());
            return Ok(gradient_by(native, method, f, x, write));
        }
        Ok(with_backend!(method, |new| gradient_by(new(), method, f, x, write)))
    })
}

fn gradient_by<F>(
    mut backend: impl Backend + 'static,
    method: Method,
    f: Rc<Fixed<F>>,
    x: F::Input,
    write: fn(&F::Input) -> Value,
) -> Box<dyn Job>
where
    F: Differentiable + 'static,
    F::Input: Tree<Leaf = f64> + Clone + 'static,
{
    let gradient = x.clone();
    let evaluate = move |gradient: &mut F::Input| {
        backend.value_and_gradient_into(&*f, &x, gradient)?;
        Ok(())
    };
    job(method.name(), gradient, evaluate, write)
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
        Ok(with_backend!(method, |new| {
            let mut backend = new();
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
        Ok(with_backend!(method, |new| {
            let mut backend = new();
            let evaluate = move |y: &mut Option<Y>| {
                let (gradient, product) = backend.gradient_and_hvp(&*f, &x, &v)?;
                *y = Some(finish(gradient, product)?);
                Ok(())
            };
            job(method.name(), None, evaluate, write)
        }))
    })
}
