//! The verifier.

mod json;
mod reports;
