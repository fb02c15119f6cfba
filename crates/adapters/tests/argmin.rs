//! argmin's traits and solvers over functions and backends.
#![cfg(feature = "argmin")]

#[path = "argmin/flat.rs"]
mod flat;
#[path = "argmin/functions.rs"]
mod functions;
#[path = "argmin/least_squares.rs"]
mod least_squares;
#[path = "argmin/matrix_free.rs"]
mod matrix_free;
#[path = "argmin/problem.rs"]
mod problem;
#[path = "argmin/solvers.rs"]
mod solvers;
#[path = "argmin/workspaces.rs"]
mod workspaces;
