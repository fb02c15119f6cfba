//! Reverse mode against every closed form.

use anygrad_reverse::Reverse;

anygrad_verify::conformance!(Reverse::new());
