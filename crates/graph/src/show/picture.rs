//! `Picture`: a program as a circuit.

use anygrad_core::{Error, Real};

use super::adjoints::{adjoints, values};
use super::figure::{Figure, Known, Sketch};
use super::name::Scope;
use super::{dot, mermaid};
use crate::program::Program;

/// A program as a circuit: a vertex for each operation, edges for the numbers that flow.
///
/// With a point, each vertex shows its value there, and the adjoint `∂y/∂v` if there is one output; a vertex of several values
/// shows the first ones. Bodies of loops are boxes.
#[derive(Debug)]
pub struct Picture<'a, R> {
    program: &'a Program<R>,
    names: Vec<String>,
    known: Option<Known<R>>,
}

impl<R: Real> Program<R> {
    /// The program as a circuit.
    ///
    /// ```
    /// # use anygrad_core::{Differentiable, Scalar};
    /// # use anygrad_graph::Program;
    /// struct Circuit;
    /// impl Differentiable for Circuit {
    ///     type Input = [f64; 3];
    ///     type Output = f64;
    ///     fn call<S: Scalar<Real = f64>>(&self, &[x, y, z]: &[S; 3]) -> S {
    ///         (x + y) * z
    ///     }
    /// }
    ///
    /// let program = Program::record(&Circuit, &[-2.0, 5.0, -4.0])?;
    /// let picture = program.picture().with_names(&["x", "y", "z"]).at(&[-2.0, 5.0, -4.0])?;
    /// assert!(picture.to_mermaid().contains(r#"v1(["+<br/>3<br/>∂ -4"])"#));
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    pub fn picture(&self) -> Picture<'_, R> {
        Picture { program: self, names: Vec::new(), known: None }
    }

    /// The circuit for Graphviz, without numbers; see [`picture`](Self::picture).
    pub fn dot(&self) -> String {
        self.picture().to_dot()
    }

    /// The circuit for Mermaid, without numbers; see [`picture`](Self::picture).
    pub fn mermaid(&self) -> String {
        self.picture().to_mermaid()
    }
}

impl<R: Real> Picture<'_, R> {
    /// Names for the inputs; those without one are `x0`, `x1` … by their place.
    #[must_use]
    pub fn with_names(self, names: &[&str]) -> Self {
        Self { names: names.iter().map(|&name| name.to_owned()).collect(), ..self }
    }

    /// With the values at a point, and the adjoints if there is one output.
    ///
    /// # Errors
    /// As [`Program::evaluate`] and [`Program::gradient`].
    pub fn at(self, x: &[R]) -> Result<Self, Error> {
        let values = values(self.program, x)?;
        let adjoints = if self.program.outputs() == 1 { Some(adjoints(self.program, x)?) } else { None };
        Ok(Self { known: Some(Known { values, adjoints }), ..self })
    }

    /// In the language of Graphviz.
    pub fn to_dot(&self) -> String {
        dot::write(&self.figure())
    }

    /// In the language of Mermaid.
    pub fn to_mermaid(&self) -> String {
        mermaid::write(&self.figure())
    }

    fn figure(&self) -> Figure {
        let sketch = Sketch {
            block: self.program.block(),
            scope: Scope::Program,
            prefix: String::new(),
            known: self.known.as_ref(),
            names: &self.names,
        };
        let mut figure = sketch.draw(String::new());
        sketch.draw_outputs(&mut figure);
        figure
    }
}
