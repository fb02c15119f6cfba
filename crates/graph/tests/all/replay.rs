//! The backend that replays recordings: against everything that is known.

use anygrad_graph::Replay;

anygrad_verify::conformance!(Replay::default());
