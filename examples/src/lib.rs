#![doc = include_str!("../../CONTRIBUTING.md")]

pub mod data;
pub mod pictures;
pub mod progress;
