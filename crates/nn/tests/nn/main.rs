//! Layers, initialisers, optimisers, batches, and parameters in files.

mod batches;
mod layers;
mod optimiser;
#[cfg(feature = "safetensors")]
mod saved;
