//! What a program looks like: text, pictures, formulas, statistics.

mod adjoints;
mod dot;
mod figure;
mod formula;
mod listing;
mod mermaid;
pub(crate) mod name;
mod picture;
mod statistics;

pub use formula::Formula;
pub use listing::Listing;
pub use picture::Picture;
pub use statistics::Statistics;
