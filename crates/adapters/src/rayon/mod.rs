//! Jacobians and summed losses on all threads of rayon's pool, with the same bits on any number of them.

mod parallel;
mod part;
mod summed;

pub use parallel::Parallel;
pub use summed::SummedLoss;
