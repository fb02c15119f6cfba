//! Programs as source code of Rust.

mod body;
mod function;
mod gate;
mod math;
mod partial;

use std::fmt::{self, Display, Formatter};

use anygrad_core::{Error, Real};

use self::math::Math;
use self::partial::Partials;
use crate::program::Program;

/// A source file of Rust with some programs as functions, for use without this library and without the standard one.
///
/// The functions are straight-line code and `for` loops over arrays of fixed size; nothing is allocated. Elementary functions are
/// those of the `libm` crate, whose last bits may differ from those of the standard library, which a program itself calls:
/// results agree up to that. Everything else is rounded as the program rounds it. Second derivatives of rows that compare their
/// arguments are NaN, and not 0, along a direction that is exactly 0 at a point where the first derivative is infinite.
///
/// ```
/// # use anygrad_core::{Differentiable, Scalar};
/// # use anygrad_graph::{Program, RustSource};
/// # struct Product;
/// # impl Differentiable for Product {
/// #     type Input = [f64; 2];
/// #     type Output = f64;
/// #     fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
/// #         x * y
/// #     }
/// # }
/// let program = Program::record(&Product, &[-2.0, 3.0])?;
/// let source = RustSource::new().with("f", &program)?.with("f_gradient", &program.gradient()?)?.to_string();
/// assert!(source.contains("pub fn f(x: &[f64; 2], out: &mut [f64; 1]) {"));
/// assert!(source.contains("pub fn f_gradient(x: &[f64; 2], out: &mut [f64; 3]) {"));
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RustSource<R> {
    functions: Vec<String>,
    names: Vec<String>,
    helpers: Helpers<R>,
}

/// What the functions call.
#[derive(Clone, Debug)]
struct Helpers<R> {
    math: Math,
    partials: Partials<R>,
}

impl<R: Real> Program<R> {
    /// A source file of Rust with the program as one function; see [`RustSource::with`].
    ///
    /// # Errors
    /// As [`RustSource::with`].
    pub fn emit_rust(&self, name: &str) -> Result<String, Error> {
        Ok(RustSource::new().with(name, self)?.to_string())
    }
}

impl<R: Real> Default for RustSource<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Real> RustSource<R> {
    /// An empty file.
    pub fn new() -> Self {
        let helpers = Helpers { math: Math::default(), partials: Partials::default() };
        Self { functions: Vec::new(), names: Vec::new(), helpers }
    }

    /// Adds `pub fn name(x: &[f64; n], out: &mut [f64; m])` (`f32` likewise). The function of a program with guards returns
    /// whether `x` takes the branches of the recording; if it does not, `out` is not written.
    ///
    /// # Errors
    /// [`Error::InvalidConfig`] unless `name` is a name of Rust that the file has not yet; [`Error::Unsupported`] for gates that
    /// are not in the table, polygamma, derivatives of third order and higher that the program does not write out, and loops that
    /// write more numbers than a stack holds.
    pub fn with(mut self, name: &str, program: &Program<R>) -> Result<Self, Error> {
        self.check_name(name)?;
        let function = function::function(&mut self.helpers, name, program)?;
        self.functions.push(function);
        self.names.push(name.to_owned());
        Ok(self)
    }

    fn check_name(&self, name: &str) -> Result<(), Error> {
        let wrong = |expected| Err(Error::InvalidConfig { field: "name", expected, found: format!("`{name}`") });
        let mut letters = name.chars();
        let begins = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !begins || name == "_" || KEYWORDS.contains(&name) || !letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            return wrong("a name of a function of Rust in ASCII");
        }
        if self.names.iter().any(|other| other == name) {
            return wrong("a name that the file has not yet");
        }
        Ok(())
    }
}

/// Words that are no names.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

impl<R: Real> Display for RustSource<R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let float = gate::float::<R>();
        writeln!(
            f,
            "// Written by anygrad from recorded programs. No standard library is needed, and nothing is allocated."
        )?;
        let Helpers { math, partials } = &self.helpers;
        if math.needs_libm() {
            writeln!(
                f,
                "// Needs the crate `libm`, version 0.2, whose last bits may differ from those of the standard library."
            )?;
        }
        for function in &self.functions {
            write!(f, "\n{function}")?;
        }
        let helpers = [partials.module(float, !math.is_empty()), math.module(float)];
        helpers.iter().filter(|helper| !helper.is_empty()).try_for_each(|helper| write!(f, "\n{helper}"))
    }
}
