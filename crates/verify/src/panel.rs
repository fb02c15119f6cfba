//! `Panel`: those who are asked.

use anygrad_core::{Backend, Differentiable, Error};

use crate::{Answer, Numbers, Question};

/// A list of respondents of different types; [`Backend`] has generic methods, so it can't be a `Vec<dyn Backend>`.
///
/// A panel is built from [`Exact`] and [`Bounded`] respondents and pairs (or longer tuples) of panels; `()` is empty.
///
/// ```
/// use anygrad_forward::Forward;
/// use anygrad_verify::{Exact, Panel};
///
/// let panel = (Exact::new(Forward::new()), Exact::named("forward/3", Forward::with_chunk::<3>()));
/// assert_eq!(panel.names(), ["forward", "forward/3"]);
/// ```
pub trait Panel {
    /// Appends everyone's answer.
    fn ask<F: Differentiable>(&mut self, question: &Question<'_, F>, answers: &mut Vec<Answer>);

    /// Appends everyone's name.
    fn list(&self, names: &mut Vec<String>);

    /// Everyone's name.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.list(&mut names);
        names
    }
}

/// A method that reports an error bound with each number: finite differences with extrapolation, intervals …
pub trait Witness {
    /// The name that reports print.
    fn name(&self) -> String;

    /// The numbers with their bounds, flattened as in [`Question::put_to`].
    ///
    /// # Errors
    /// [`Error::Unsupported`] for an operator that the method does not serve, [`Error::NonFiniteProbe`] where the
    /// function is not finite around the point: both make a check inconclusive. Any other makes it a disagreement.
    fn testify<F: Differentiable>(&mut self, question: &Question<'_, F>) -> Result<Numbers, Error>;
}

/// A backend that is exact but for rounding.
#[derive(Clone, Debug)]
pub struct Exact<B> {
    name: String,
    backend: B,
}

impl<B: Backend> Exact<B> {
    /// A backend under its own name.
    pub fn new(backend: B) -> Self {
        Self { name: backend.name().to_owned(), backend }
    }

    /// A backend under another name, to tell two settings of one backend apart.
    pub fn named(name: impl Into<String>, backend: B) -> Self {
        Self { name: name.into(), backend }
    }
}

impl<B: Backend> Panel for Exact<B> {
    fn ask<F: Differentiable>(&mut self, question: &Question<'_, F>, answers: &mut Vec<Answer>) {
        if question.is_for(&self.name) {
            let result = question.put_to(&mut self.backend).map(Numbers::exact);
            answers.push(Answer { backend: self.name.clone(), result });
        }
    }

    fn list(&self, names: &mut Vec<String>) {
        names.push(self.name.clone());
    }
}

/// A [`Witness`] as a respondent.
#[derive(Clone, Debug)]
pub struct Bounded<W>(pub W);

impl<W: Witness> Panel for Bounded<W> {
    fn ask<F: Differentiable>(&mut self, question: &Question<'_, F>, answers: &mut Vec<Answer>) {
        let backend = self.0.name();
        if question.is_for(&backend) {
            answers.push(Answer { backend, result: self.0.testify(question) });
        }
    }

    fn list(&self, names: &mut Vec<String>) {
        names.push(self.0.name());
    }
}

impl<P: Panel> Panel for &mut P {
    fn ask<F: Differentiable>(&mut self, question: &Question<'_, F>, answers: &mut Vec<Answer>) {
        P::ask(self, question, answers);
    }

    fn list(&self, names: &mut Vec<String>) {
        P::list(self, names);
    }
}

macro_rules! impl_panel {
    ($($Member:ident $index:tt),*) => {
        impl<$($Member: Panel),*> Panel for ($($Member,)*) {
            #[allow(unused_variables, reason = "the empty panel neither asks nor lists")]
            fn ask<F: Differentiable>(&mut self, question: &Question<'_, F>, answers: &mut Vec<Answer>) {
                $(self.$index.ask(question, answers);)*
            }

            #[allow(unused_variables, reason = "the empty panel neither asks nor lists")]
            fn list(&self, names: &mut Vec<String>) {
                $(self.$index.list(names);)*
            }
        }
    };
}

impl_panel!();
impl_panel!(A 0);
impl_panel!(A 0, B 1);
impl_panel!(A 0, B 1, C 2);
impl_panel!(A 0, B 1, C 2, D 3);
impl_panel!(A 0, B 1, C 2, D 3, E 4);
impl_panel!(A 0, B 1, C 2, D 3, E 4, G 5);
impl_panel!(A 0, B 1, C 2, D 3, E 4, G 5, H 6);
impl_panel!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7);
