//! `Workspaces`: a backend for callers that only have `&self`.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// The workspaces of one backend: as many as there ever were callers at the same time.
///
/// A caller alone takes the first one, by one uncontended lock; nobody waits while a function runs.
#[derive(Debug)]
pub(crate) struct Workspaces<B> {
    first: Mutex<B>,
    spare: Mutex<Spare<B>>,
}

#[derive(Debug)]
struct Spare<B> {
    /// Never run: what the others are clones of.
    template: B,
    idle: Vec<B>,
}

impl<B: Clone> Workspaces<B> {
    pub(crate) fn new(backend: B) -> Self {
        let spare = Spare { template: backend.clone(), idle: Vec::new() };
        Self { first: Mutex::new(backend), spare: Mutex::new(spare) }
    }

    /// Runs `body` with a workspace that nobody else has.
    #[inline]
    pub(crate) fn with<Y>(&self, body: impl FnOnce(&mut B) -> Y) -> Y {
        match self.first.try_lock() {
            Ok(mut backend) => body(&mut backend),
            Err(TryLockError::Poisoned(poisoned)) => body(&mut self.renewed(poisoned)),
            Err(TryLockError::WouldBlock) => self.with_spare(body),
        }
    }

    fn with_spare<Y>(&self, body: impl FnOnce(&mut B) -> Y) -> Y {
        let mut spare = self.spare();
        let mut backend = spare.idle.pop().unwrap_or_else(|| spare.template.clone());
        drop(spare);
        let y = body(&mut backend);
        self.spare().idle.push(backend);
        y
    }

    /// The first workspace after a panic inside of it.
    fn renewed<'a>(&self, poisoned: PoisonError<MutexGuard<'a, B>>) -> MutexGuard<'a, B> {
        let mut backend = poisoned.into_inner();
        *backend = self.template();
        self.first.clear_poison();
        backend
    }

    fn template(&self) -> B {
        self.spare().template.clone()
    }

    fn spare(&self) -> MutexGuard<'_, Spare<B>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<B: Clone> Clone for Workspaces<B> {
    fn clone(&self) -> Self {
        Self::new(self.template())
    }
}
