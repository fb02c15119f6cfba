//! Replays of random programs against both eager modes.

use anygrad_forward::Forward;
use anygrad_graph::Replay;
use anygrad_reverse::Reverse;
use anygrad_verify::programs::{Case, examine};
use anygrad_verify::{Exact, Verdict};

#[test]
fn replays_agree_with_eager_modes() {
    let mut panel = (Exact::new(Forward::new()), Exact::new(Reverse::new()), Exact::new(Replay::default()));
    for index in 0..300 {
        let case = Case::draw(5, index);
        for (point, at) in case.points() {
            for check in examine("random", &case.program, point, at, &mut panel) {
                assert!(check.verdict != Verdict::Disagree, "{index}: {check}\n{}", case.program.to_rust(point));
            }
        }
    }
}
