//! Do all backends agree? Scenarios with closed forms, one tolerance policy, and checks of everyone against everyone.
//!
//! | noun | what it is |
//! |---|---|
//! | [`Question`] | a function, a point and an [`Operator`] |
//! | [`Panel`] | those who are asked: [`Exact`] backends and [`Bounded`] witnesses |
//! | [`Answer`] | numbers, and how well they are known |
//! | [`tolerance`] | how far two answers may be apart |
//! | [`Check`], [`Report`] | a comparison with its verdict; all of a run |
//! | [`Parting`] | the gate where two sides part, with its line |
//! | [`scenarios`] | functions with points and derivatives written out by hand |
//! | [`conformance!`] | all of it against one backend, in one line of a test |
//! | [`programs`] | random functions, with rounding bounds of their own |
//! | [`self_test`] | wrong rules that the checks must notice |
//!
//! [`verify`] checks a function of your own. The crate knows no backend: they are handed in.

mod answer;
mod check;
mod closed_form;
pub mod conformance;
mod differences;
mod engine;
#[cfg(feature = "junit")]
mod junit;
mod kink;
mod locate;
mod markdown;
mod operator;
mod panel;
mod parting;
pub mod programs;
mod question;
mod report;
mod scenario;
pub mod scenarios;
pub mod self_test;
pub mod tolerance;
mod trace;
mod traced;
mod verify;

pub use answer::{Answer, Certainty, Numbers, Reason};
pub use check::{Check, Verdict};
pub use closed_form::{CLOSED_FORM, ClosedForm};
pub use engine::PLAIN;
pub use operator::Operator;
pub use panel::{Bounded, Exact, Panel, Witness};
pub use parting::{DIFFERENCES, Parting, Place, RULE, Side, Site, Source};
pub use question::{OneInput, Question};
pub use report::{Report, Summary};
pub use scenario::{Scenario, Visitor};
pub use verify::{Verify, verify, verify_with};
