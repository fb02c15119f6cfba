//! Programs as data that can be written to a file and read again.

mod form;
mod read;
mod write;

pub use form::SavedProgram;
