//! Bytes are a program; what rewrites it or makes it ready to run keeps its meaning.

#![no_main]

#[path = "../../crates/jit/tests/optimiser/agree.rs"]
mod agree;
#[path = "../../crates/jit/tests/optimiser/draft.rs"]
mod draft;
#[path = "../../crates/jit/tests/optimiser/flow.rs"]
mod flow;
#[path = "../../crates/jit/tests/optimiser/spell.rs"]
mod spell;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| agree::examine(bytes));
