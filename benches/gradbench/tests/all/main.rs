//! Every eval on small inputs: its derivative by every method against witnesses that read no rule, the protocol, and
//! what is asked of other tools.

mod ba;
mod common;
mod compare;
mod det;
mod gmm;
mod ht;
mod kmeans;
mod llsq;
mod lse;
mod lstm;
mod measure;
mod ode;
mod particle;
mod peer;
#[cfg(feature = "peers")]
mod peers;
mod protocol;
mod saddle;
mod threads;
