//! The tests of this crate, as one program: they share what they link.

mod check;
mod common;
mod emit_rust;
mod formula;
mod jacobian_of_loops;
mod listing;
mod loops;
mod picture;
mod random_programs;
mod record_again;
mod recorded_loops;
mod replay;
mod saved;
mod signs;
mod statistics;
