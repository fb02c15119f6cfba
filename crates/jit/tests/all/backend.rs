//! The backend that compiles what it records: against everything that is known.

use anygrad_jit::Jit;

anygrad_verify::conformance!(Jit::default());
