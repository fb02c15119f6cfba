//! `Workspace<R>`: the memory of a run.

use anygrad_core::Real;

use crate::code::ROWS;

/// The memory that a run of native code needs, made once and used again; one for each thread.
#[derive(Clone, Debug)]
pub struct Workspace<R> {
    pub(crate) slots: Vec<R>,
    /// The row of each loop around.
    pub(crate) rows: [u64; ROWS],
}

impl<R: Real> Workspace<R> {
    pub(crate) fn new(slots: usize) -> Self {
        Self { slots: vec![R::zero(); slots], rows: [0; ROWS] }
    }

    /// What the test that failed compared.
    pub(crate) fn compared(&self) -> [R; 2] {
        [self.slots[0], self.slots[1]]
    }
}
