//! `Error`: why an optimiser did not get what it asked for.

/// Why an optimiser did not get what it asked for. Solvers that box their errors give it back by `downcast_ref`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The function or the backend failed.
    #[error(transparent)]
    Derivative(#[from] anygrad_core::Error),
    /// A number that the solver cannot go on with: its loops would not end on it.
    #[error("{what}: expected finite numbers, found {found} at index {index}")]
    NotFinite {
        /// What was asked for.
        what: &'static str,
        /// Which of its numbers, row by row.
        index: usize,
        /// What it is.
        found: f64,
    },
}
