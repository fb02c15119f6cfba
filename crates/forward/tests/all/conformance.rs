//! Forward mode against every closed form.

use anygrad_forward::Forward;

anygrad_verify::conformance!(Forward::new());
