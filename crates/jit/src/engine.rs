//! `Cranelift`: native code as an engine of recording backends.

use anygrad_core::{Error, Real};
use anygrad_graph::{ByProgram, Engine, Program};

use crate::{Native, Workspace};

/// The backend that compiles recorded programs to native code.
///
/// A function is recorded and compiled at its first call for each operator, which takes some microseconds an operation; see
/// [`ByProgram`] for when it is recorded again.
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_jit::Jit;
///
/// struct Product;
/// impl Differentiable for Product {
///     type Input = [f64; 2];
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
///         *x * *y
///     }
/// }
///
/// assert_eq!(Jit::default().gradient(&Product, &[-2.0, 3.0]), Ok([3.0, -2.0]));
/// ```
///
/// # Errors
/// Besides those of every recording backend [`Error::JitUnavailable`] where code can't be made.
pub type Jit = ByProgram<Cranelift>;

/// Runs programs as native code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cranelift;

/// Native code with the memory that it runs in.
#[derive(Clone, Debug)]
pub struct Prepared<R> {
    native: Native<R>,
    workspace: Workspace<R>,
    /// The inputs, if they come in parts.
    inputs: Vec<R>,
}

impl Engine for Cranelift {
    type Code<R: Real> = Prepared<R>;

    fn name(&self) -> &'static str {
        "native"
    }

    fn prepare<R: Real>(&self, program: &Program<R>) -> Result<Prepared<R>, Error> {
        let native = Native::compile(program)?;
        Ok(Prepared { workspace: native.workspace(), native, inputs: Vec::new() })
    }

    fn run<R: Real>(code: &mut Prepared<R>, x: &[&[R]], out: &mut [R]) -> Result<(), Error> {
        let Prepared { native, workspace, inputs } = code;
        let [first, rest @ ..] = x else { return native.run(workspace, &[], out) };
        if rest.iter().all(|part| part.is_empty()) {
            return native.run(workspace, first, out);
        }
        inputs.clear();
        x.iter().for_each(|part| inputs.extend_from_slice(part));
        native.run(workspace, inputs, out)
    }
}
