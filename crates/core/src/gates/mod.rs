//! The gate table: every elementary operation of the library, one row each, the only derivative rules in the house.
//!
//! | file | rows |
//! |---|---|
//! | `unary.rs` | one argument |
//! | `binary.rs` | two arguments |
//! | `nary.rs` | any number of arguments |
//!
//! A row gives the gate's name, a test interval for each argument, its value at a float, and its partials at any
//! scalar in terms of inputs *and output*. From it come the gate type, its opcode, its documentation and a test
//! sample. What happens at the hard points is said in [`hard_points`](crate::hard_points).

mod binary;
mod nary;
mod power;
mod scaled;
mod table;
mod unary;

pub use binary::*;
pub use nary::*;
pub use unary::*;
