//! Vectors, matrices, their factorisations, and implicit functions.

mod errors;
mod factors;
mod images;
mod implicit;
mod tape;
