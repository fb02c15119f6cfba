//! Derivatives of programs as programs: the chain rule over code, with partials from the rows of the table.
//!
//! A row whose partial asks nothing of its arguments is written out in gates; of the others the program keeps an instruction
//! [`Derivative`](crate::code::Op::Derivative), which runs the row itself. So a derivative has the guards of the function and
//! no others.

mod adjoint;
mod adjoint_of_loops;
mod arrays;
mod copy;
mod derivatives;
mod draft;
mod loops;
mod partials;
mod segments;
mod tangent;
mod tangent_of_loops;

pub(crate) use derivatives::is_tall;
pub(crate) use draft::Draft;
