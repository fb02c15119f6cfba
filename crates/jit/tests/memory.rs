//! The memory of the code is freed with its handles. Alone in its process: the pages that it counts are the process's.
#![cfg(target_os = "linux")]

use anygrad_core::{Differentiable, Error, Scalar};
use anygrad_graph::Program;
use anygrad_jit::Native;

/// `√(x² + y²)`.
struct Length;

impl Differentiable for Length {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
        (x * x + y * y).sqrt()
    }
}

/// The pages of memory that the process holds.
fn resident_pages() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default()
}

#[test]
fn memory_is_freed_with_the_handles() -> Result<(), Error> {
    let program = Program::record(&Length, &[3.0, 4.0])?;
    let cycles = |count: usize| -> Result<(), Error> {
        for _ in 0..count {
            assert_eq!(Native::compile(&program)?.evaluate(&[3.0, 4.0])?, [5.0]);
        }
        Ok(())
    };
    let count = if cfg!(debug_assertions) { 2000 } else { 100_000 };
    cycles(500)?;
    let before = resident_pages();
    cycles(count)?;
    let grown = resident_pages().saturating_sub(before);
    // A page each would be as many.
    assert!(grown < count / 4, "{grown} pages more after {count} programs");
    Ok(())
}
