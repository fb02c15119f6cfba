//! `Choice`: what `Auto` chose, and why.

use std::fmt;
#[cfg(feature = "jit")]
use std::time::Duration;

/// What [`Auto`](crate::Auto) chose, and the shape that decided it. Its `Display` is a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The backend's name.
    pub backend: &'static str,
    /// The number of inputs.
    pub inputs: usize,
    /// The number of outputs; none where it did not matter.
    pub outputs: Option<usize>,
    pub(super) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which reasons can occur depends on the features")]
pub(super) enum Reason {
    OnlyOne,
    OneDirection,
    FewInputs,
    FewOutputs,
    Nested,
    #[cfg(feature = "jit")]
    Paid(Bill),
    #[cfg(feature = "jit")]
    NeverPays(Bill),
    #[cfg(feature = "jit")]
    ManyPaths,
    #[cfg(feature = "jit")]
    NoNativeCode,
}

/// What native code costs.
#[cfg(feature = "jit")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bill {
    /// Once, to record and to compile.
    pub(super) price: Duration,
    /// Every call.
    pub(super) own: Duration,
    /// Every call without it.
    pub(super) other: Duration,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { backend, inputs, .. } = self;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let inputs = format!("{inputs} input{}", plural(*inputs));
        let outputs = self.outputs.map_or_else(String::new, |m| format!(" of {m} output{}", plural(m)));
        match self.reason {
            Reason::OnlyOne => write!(f, "{backend}, because no better backend for this operator is compiled in"),
            Reason::OneDirection => write!(f, "{backend}, because it serves one direction in one pass"),
            Reason::FewInputs => write!(f, "{backend}, because passes of 8 tangents serve {inputs}{outputs} sooner"),
            Reason::FewOutputs if self.outputs == Some(1) => {
                write!(f, "{backend}, because one sweep serves all {inputs}{outputs}")
            }
            Reason::FewOutputs => write!(f, "{backend}, because a sweep an output serves {inputs}{outputs} sooner"),
            Reason::Nested => {
                write!(f, "{backend}, because the gradient of {inputs} is one sweep, and a tangent of it one pass")
            }
            #[cfg(feature = "jit")]
            Reason::Paid(Bill { price, own, other }) => {
                let calls = anygrad_jit::paid_after(price, other, own).unwrap_or(u64::MAX);
                write!(f, "{backend}, because {calls} calls of {own:.1?} instead of {other:.1?} pay for {price:.1?}")?;
                f.write_str(" of recording and compiling")
            }
            #[cfg(feature = "jit")]
            Reason::NeverPays(Bill { own, other, .. }) => {
                write!(f, "{backend}, because native code takes {own:.1?} a call instead of {other:.1?}")
            }
            #[cfg(feature = "jit")]
            Reason::ManyPaths => {
                write!(f, "{backend}, because the function takes more paths than native code is worth making for")
            }
            #[cfg(feature = "jit")]
            Reason::NoNativeCode => write!(f, "{backend}, because native code can't be made for this function here"),
        }
    }
}
