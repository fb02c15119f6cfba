//! The machine that code is made for: this one.

use std::sync::{Arc, OnceLock};

use anygrad_core::Error;
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::settings::{self, Configurable};

/// Settings of the code generator. A program's code is straight, already shared and in a good order: the generator's own
/// optimiser takes a third more time, makes gradients of long programs no faster, and loops slower. Registers given out in a
/// single pass would halve the time and cost half as much again at every run.
const SETTINGS: &[(&str, &str)] = &[
    ("opt_level", "none"),
    ("regalloc_algorithm", "backtracking"),
    ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    ("enable_probestack", "false"),
    ("enable_nan_canonicalization", "false"),
    ("unwind_info", "false"),
    ("is_pic", "false"),
    ("use_colocated_libcalls", "false"),
];

/// What is known about this machine.
pub(crate) type Target = Arc<dyn TargetIsa>;

/// This machine.
///
/// # Errors
/// [`Error::JitUnavailable`] if code can't be made for it.
pub(crate) fn target() -> Result<Target, Error> {
    static TARGET: OnceLock<Result<Target, String>> = OnceLock::new();
    TARGET.get_or_init(find).clone().map_err(unavailable)
}

fn find() -> Result<Target, String> {
    let mut flags = settings::builder();
    for (name, value) in SETTINGS {
        flags.set(name, value).map_err(|error| error.to_string())?;
    }
    let isa = cranelift_native::builder()?;
    let target = isa.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())?;
    if target.pointer_bits() == 64 { Ok(target) } else { Err("a target whose pointers have not 64 bits".into()) }
}

/// Whether this machine has an instruction for `a·b + c`, rounded once.
pub(crate) fn has_fma(target: &dyn TargetIsa) -> bool {
    cfg!(target_arch = "aarch64")
        || target.isa_flags().iter().any(|flag| flag.name == "has_fma" && flag.as_bool() == Some(true))
}

/// The error of what code can't be made for.
pub(crate) fn unavailable(reason: impl Into<String>) -> Error {
    Error::JitUnavailable { reason: reason.into() }
}
