//! Every eval on small inputs: its derivative by every method against witnesses that read no rule, and the protocol.

mod common;
mod llsq;
mod lse;
mod particle;
mod protocol;
mod saddle;
