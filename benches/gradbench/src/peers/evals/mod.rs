//! The evals over the numbers of any crate: the mathematics of [`crate::evals`], whose inputs they read.

mod ba;
mod gmm;
mod kmeans;
mod lstm;
mod ode;
mod short;

use serde_json::Value;

use super::library::{Function, Library};
use super::nested::{Particle, Saddle};
use crate::evals::{Eval, find};
use crate::job::job;
use crate::{Error, Job};

/// Which of an eval's two functions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Primal,
    Derivative,
}

/// A function of an eval with its input, by a crate.
///
/// # Errors
/// If there is none; what is wrong with the input; why the crate does not serve it.
pub(super) fn prepare<L: Library>(module: &str, function: &str, input: Value) -> Result<Box<dyn Job>, Error> {
    let eval = find(module)?;
    let order = order(eval, function)?;
    match eval.name {
        "hello" => short::hello::<L>(order, input),
        "gmm" => gmm::prepare::<L>(order, input),
        "ba" => ba::prepare::<L>(order, input),
        "lstm" => lstm::prepare::<L>(order, input),
        "kmeans" => kmeans::prepare::<L>(order, input),
        "llsq" => short::llsq::<L>(order, input),
        "lse" => short::lse::<L>(order, input),
        "ode" => ode::prepare::<L>(order, input),
        "det" => short::det::<L>(order, input),
        "particle" => L::nested(function, Particle::read(input)?),
        "saddle" => L::nested(function, Saddle::read(input)?),
        _ => Err(L::unserved(&format!("{module} is not written over its numbers"))),
    }
}

/// Which function has a name; of an eval with more than two any.
fn order(eval: &Eval, function: &str) -> Result<Order, Error> {
    match eval.position(function)? {
        0 => Ok(Order::Primal),
        _ => Ok(Order::Derivative),
    }
}

/// A function at a point, or its gradient.
fn differentiated<L: Library>(
    order: Order,
    f: impl Function,
    x: Vec<f64>,
    write: impl Fn(&[f64]) -> Value + 'static,
) -> Result<Box<dyn Job>, Error> {
    if x.is_empty() {
        return Err(L::unserved("expected an input, found none"));
    }
    if order == Order::Primal {
        return Ok(plain::<L, _>(move || f.call(&x)));
    }
    let mut compute = L::gradient(f, x)?;
    let evaluate = move |gradient: &mut Vec<f64>| {
        compute(gradient);
        Ok(())
    };
    Ok(job(L::NAME, Vec::new(), evaluate, move |gradient| write(gradient)))
}

/// A value without its derivative.
fn plain<L: Library, Y: serde::Serialize + Default + 'static>(compute: impl Fn() -> Y + 'static) -> Box<dyn Job> {
    let evaluate = move |y: &mut Y| {
        *y = compute();
        Ok(())
    };
    job(L::NAME, Y::default(), evaluate, |y| serde_json::to_value(y).unwrap_or_default())
}
