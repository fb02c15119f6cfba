//! `ByProgram<E>`: the backend that records a function once and replays it elsewhere.

use std::any::{Any, TypeId};
use std::fmt;

use anygrad_core::{Differentiable, Error, Leaf, Tree};
use rustc_hash::FxHashMap;

use crate::Program;
use crate::engine::{Engine, Interpreter};
use crate::traces::{Quantity, Request, Traces};

/// What a replay does at a point where the function takes another path than those that were recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnBranch {
    /// Records the function there, and keeps both.
    #[default]
    Record,
    /// Returns [`Error::BranchChanged`].
    Refuse,
}

/// How a recording backend is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What happens at a point where the function takes another path.
    pub on_branch: OnBranch,
    /// How many paths through a function are kept; the one that was not taken for the longest time goes first.
    pub paths: usize,
    /// How many operations a program may have.
    pub limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { on_branch: OnBranch::Record, paths: 16, limit: Program::<f64>::MAX_OPERATIONS }
    }
}

/// A backend that records a function as a [`Program`], differentiates the program, and runs it by an [`Engine`].
///
/// A function that [never changes](Differentiable::identity) is recorded once and replayed from then on: one without content,
/// or any that is [`Fixed`](anygrad_core::Fixed). Others are recorded at every call, since their content may have changed.
/// Each comparison is guarded: where one comes out otherwise, the function is recorded there as well.
///
/// Over a scalar that is not a float, the derivative is recorded and then run over that scalar.
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_graph::Replay;
///
/// struct Larger;
/// impl Differentiable for Larger {
///     type Input = [f64; 2];
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
///         if x > y { x * x } else { y }
///     }
/// }
///
/// let mut replay = Replay::default();
/// assert_eq!(replay.gradient(&Larger, &[3.0, 2.0]), Ok([6.0, 0.0]));
/// assert_eq!(replay.gradient(&Larger, &[4.0, 2.0]), Ok([8.0, 0.0]));
/// assert_eq!(replay.gradient(&Larger, &[1.0, 2.0]), Ok([0.0, 1.0]));
/// assert_eq!(replay.recordings(), 2);
/// ```
///
/// # Errors
/// Besides those of every backend [`Error::BranchChanged`] if [asked for](OnBranch::Refuse), and [`Error::TapeFull`] for more
/// operations than [`Settings::limit`].
pub struct ByProgram<E> {
    engine: E,
    settings: Settings,
    functions: FxHashMap<(TypeId, u64), Box<dyn Any + Send>>,
    recordings: usize,
}

/// The backend that interprets recorded programs.
pub type Replay = ByProgram<Interpreter>;

/// So many functions are kept; then all are forgotten.
const FUNCTIONS: usize = 256;

impl<E: Engine + Default> Default for ByProgram<E> {
    fn default() -> Self {
        Self::with(E::default(), Settings::default())
    }
}

impl<E: Engine> Clone for ByProgram<E> {
    /// A workspace with the same settings that knows no function yet.
    fn clone(&self) -> Self {
        Self::with(self.engine.clone(), self.settings)
    }
}

impl<E: Engine> fmt::Debug for ByProgram<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let functions = self.functions.len();
        write!(f, "{} of {functions} functions, {:?}", self.engine.name(), self.settings)
    }
}

impl<E: Engine> ByProgram<E> {
    /// A workspace that runs programs by this engine.
    pub fn with(engine: E, settings: Settings) -> Self {
        Self { engine, settings, functions: FxHashMap::default(), recordings: 0 }
    }

    pub(crate) fn engine_name(&self) -> &'static str {
        self.engine.name()
    }

    /// How often a function was recorded.
    pub fn recordings(&self) -> usize {
        self.recordings
    }

    /// Records a function at floats.
    pub(crate) fn record<F: Differentiable>(&self, f: &F, x: &F::Input) -> Result<Program<Leaf<F>>, Error> {
        Program::record_within(f, x, self.settings.limit)
    }

    /// Computes a quantity of a function at floats, and hands it to `read`.
    pub(crate) fn compute<F: Differentiable, Y>(
        &mut self,
        f: &F,
        (x, given): (&F::Input, &[Leaf<F>]),
        quantity: Quantity,
        read: impl FnOnce(&[Leaf<F>]) -> Y,
    ) -> Result<Y, Error> {
        let mut shape = Vec::new();
        let is_known = F::Input::shape::<Leaf<F>>(x, &mut |length| shape.push(length));
        let known = f.identity().filter(|_| is_known).and_then(|identity| {
            if self.functions.len() >= FUNCTIONS {
                self.functions.clear();
            }
            let key = (typeid::of::<F>(), identity);
            let traces = self.functions.entry(key).or_insert_with(|| Box::new(Traces::<Leaf<F>, E>::default()));
            traces.downcast_mut::<Traces<Leaf<F>, E>>()
        });
        let mut unknown = Traces::default();
        let traces = known.unwrap_or(&mut unknown);
        let before = traces.recordings();
        let [mut numbers, mut out] = std::mem::take(&mut traces.buffers);
        numbers.clear();
        F::Input::each::<Leaf<F>>(x, &mut |number| numbers.push(number));
        let request = Request { quantity, shape: &shape, x: &numbers, given };
        let policy = (self.settings.on_branch, self.settings.paths);
        let record = || Program::record_within(f, x, self.settings.limit);
        let result = traces.run(&self.engine, &request, policy, record, &mut out).map(|()| read(&out));
        traces.buffers = [numbers, out];
        self.recordings += traces.recordings() - before;
        result
    }
}
