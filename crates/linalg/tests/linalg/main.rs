//! Vectors, matrices, their factorisations, and implicit functions.

mod cholesky;
mod errors;
mod factors;
mod held;
mod images;
mod implicit;
mod large;
mod places;
mod products;
mod tape;
