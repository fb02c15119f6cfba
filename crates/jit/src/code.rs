//! `Code<R>`: functions in executable memory, which is freed with them.

#![allow(unsafe_code, reason = "native code is called through pointers")]

use std::sync::{Mutex, PoisonError};

use anygrad_core::{Error, Real};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, ModuleError, default_libcall_names};

use crate::compile::{Paths, signature};
use crate::context::{Contexts, Entry};
use crate::target::{Target, unavailable};

/// The functions of a program, with all that they refer to.
#[derive(Debug)]
pub(crate) struct Code<R> {
    main: Vec<Entry<R>>,
    memory: Memory,
    /// What the functions refer to by address.
    _contexts: Contexts<R>,
    pub(crate) lengths: Lengths,
}

/// How long the memory is that the functions are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lengths {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) slots: usize,
    pub(crate) table: usize,
}

/// Executable memory. The lock is for `Sync` only.
struct Memory(Option<Mutex<JITModule>>);

impl<R: Real> Code<R> {
    /// Brings the code of functions into executable memory: `main` are the places of those that make a run, `paths` those of
    /// the bodies of each loop.
    pub(crate) fn load(
        target: Target,
        bytes: &[u8],
        main: &[usize],
        paths: &[Paths],
        contexts: Contexts<R>,
        lengths: Lengths,
    ) -> Result<Self, Error> {
        let (memory, base) = Memory::of(target, bytes).map_err(|error| unavailable(error.to_string()))?;
        // SAFETY: at each of these places of the loaded bytes a function begins that was made with the signature of an
        // entry, in the calling convention of C for this machine.
        let entry = |&start: &usize| unsafe { std::mem::transmute::<*const u8, Entry<R>>(base.add(start)) };
        for (number, paths) in paths.iter().enumerate() {
            contexts.link(number, paths.iter().map(|path| path.iter().map(entry).collect()).collect());
        }
        Ok(Self { main: main.iter().map(entry).collect(), memory, _contexts: contexts, lengths })
    }

    /// Runs the functions: 0, or the code of the first one that gives another.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] where a length is not the one that the functions are made for.
    #[inline]
    pub(crate) fn run(
        &self,
        x: &[R],
        out: &mut [R],
        slots: &mut [R],
        table: &[R],
        rows: &mut [u64; ROWS],
    ) -> Result<u32, Error> {
        let found = Lengths { inputs: x.len(), outputs: out.len(), slots: slots.len(), table: table.len() };
        if found != self.lengths {
            return Err(self.lengths.mismatch(found));
        }
        let (x, out, slots, table, rows) =
            (x.as_ptr(), out.as_mut_ptr(), slots.as_mut_ptr(), table.as_ptr(), rows.as_mut_ptr());
        for entry in &self.main {
            // SAFETY: the code is loaded as long as `memory` is; the plan keeps each access within the lengths that are
            // compared above, writes through the exclusive references only, and no deeper row than there are loops in one
            // another, of which a program has fewer than `ROWS`.
            let code = unsafe { entry(x, out, slots, table, rows) };
            if code != 0 {
                return Ok(code);
            }
        }
        debug_assert!(self.memory.0.is_some());
        Ok(0)
    }
}

/// More rows than loops that can be in one another.
pub(crate) const ROWS: usize = anygrad_graph::MAX_DEPTH + 1;

impl Lengths {
    /// The error of the first length that is another.
    #[cold]
    fn mismatch(self, found: Self) -> Error {
        let (what, expected, found) = match self {
            Self { inputs, .. } if inputs != found.inputs => ("inputs", inputs, found.inputs),
            Self { outputs, .. } if outputs != found.outputs => ("outputs", outputs, found.outputs),
            Self { slots, .. } if slots != found.slots => ("workspace", slots, found.slots),
            Self { table, .. } => ("constants", table, found.table),
        };
        Error::DimensionMismatch { what, expected, found }
    }
}

impl Memory {
    /// Executable memory with these bytes, and where it begins.
    fn of(target: Target, bytes: &[u8]) -> Result<(Self, *const u8), Box<ModuleError>> {
        let signature = signature(&*target);
        let mut module = JITModule::new(JITBuilder::with_isa(target, default_libcall_names()));
        let function = module.declare_anonymous_function(&signature)?;
        module.define_function_bytes(function, 64, bytes, &[])?;
        module.finalize_definitions()?;
        let base = module.get_finalized_function(function);
        Ok((Self(Some(Mutex::new(module))), base))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(module) = self.0.take() {
            // SAFETY: the functions are called through `Code::run` only, which borrows the code, so none is running and none
            // will be called again.
            unsafe { module.into_inner().unwrap_or_else(PoisonError::into_inner).free_memory() };
        }
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}
