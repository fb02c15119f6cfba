//! nalgebra's own algorithms over dual numbers, against closed forms and finite differences.
#![cfg(feature = "nalgebra")]

mod decompositions;
mod functions;
mod spectra;
mod support;
