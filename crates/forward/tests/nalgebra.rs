//! nalgebra's own algorithms over dual numbers, against closed forms and finite differences.
#![cfg(feature = "nalgebra")]

#[path = "nalgebra/decompositions.rs"]
mod decompositions;
#[path = "nalgebra/functions.rs"]
mod functions;
#[path = "nalgebra/spectra.rs"]
mod spectra;
#[path = "nalgebra/support.rs"]
mod support;
