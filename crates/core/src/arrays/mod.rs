//! Arrays of scalars, and operations on whole arrays: what vectors and matrices are made of.
//!
//! A scalar says what an array of it is ([`Scalar::Array`](crate::Scalar::Array)): a backend keeps the parts of its numbers
//! apart there, floats beside floats, so that an operation on arrays runs a library kernel. Such an operation is a [`Block`]:
//! one entry on a tape, with the adjoint rule of the operation as a whole.

mod add;
mod array;
mod block;
mod buffer;
mod deferred;
mod elements;
mod output;
mod spare;

pub use add::AddArrays;
pub use array::Array;
pub use block::{At, Block};
pub use buffer::Buffer;
pub use elements::Elements;
pub(crate) use output::by_gates;
pub use spare::Spare;
