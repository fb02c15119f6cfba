//! Every eval on small inputs: its derivative by every method against witnesses that read no rule, and the protocol.

mod ba;
mod common;
mod det;
mod gmm;
mod ht;
mod kmeans;
mod llsq;
mod lse;
mod lstm;
mod ode;
mod particle;
mod protocol;
mod saddle;
