//! What programs keep, by number: for where only a `Copy` type will do.

use std::any::Any;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use rustc_hash::FxHashMap;

/// The things of all programs there are. A program keeps its own; this list only finds them.
static KEPT: RwLock<Option<FxHashMap<u32, Weak<dyn Any + Send + Sync>>>> = RwLock::new(None);

/// A thing, and the number that stands for it.
pub(crate) struct Kept<T> {
    pub(crate) id: u32,
    pub(crate) thing: T,
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// Puts a thing on the list.
    pub(crate) fn new(thing: T) -> Arc<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let kept = Arc::new(Self { id, thing });
        let weak: Weak<dyn Any + Send + Sync> = Arc::downgrade(&(Arc::clone(&kept) as Arc<dyn Any + Send + Sync>));
        KEPT.write().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(id, weak);
        kept
    }

    /// The thing that a number stands for, as long as some program keeps it.
    pub(crate) fn find(id: u32) -> Option<Arc<Self>> {
        KEPT.read().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(&id)?.upgrade()?.downcast().ok()
    }
}

impl<T> Drop for Kept<T> {
    fn drop(&mut self) {
        if let Some(kept) = KEPT.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            kept.remove(&self.id);
        }
    }
}
