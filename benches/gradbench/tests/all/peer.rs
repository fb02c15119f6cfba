use std::time::Duration;

use anygrad_gradbench::peer::Peer;
use serde_json::json;

const OWN: &str = env!("CARGO_BIN_EXE_gradbench-tool");

/// Why a command does not give the square of 2.
fn refusal(command: &str, patience: Duration) -> String {
    let mut peer = Peer::new(command, patience).expect("it is a command");
    peer.evaluate("hello", "square", &json!(2.0)).expect_err("it cannot").to_string()
}

#[test]
fn a_tool_gives_its_output_and_its_least_time() {
    let mut peer = Peer::new(&format!("'{OWN}' --backend reverse"), Duration::from_secs(60)).expect("it is a command");
    let answer = peer.evaluate("hello", "double", &json!(1.5)).expect("it can");
    assert_eq!(answer.output, json!(3.0));
    assert!(answer.time > Duration::ZERO);
    let input = json!({ "A": [1.0, 2.0, 3.0, 5.0], "ell": 2, "min_runs": 3, "min_seconds": 0.0 });
    assert_eq!(peer.evaluate("det", "gradient", &input).expect("it can").output, json!([5.0, -3.0, -2.0, 1.0]));
    let refusal = peer.evaluate("det", "hessian", &input).expect_err("there is none").to_string();
    assert_eq!(refusal, "det: expected a function among primal, gradient, found \"hessian\"");
    assert_eq!(peer.evaluate("det", "primal", &input).expect("it can").output, json!(-1.0));
    let refusal = peer.evaluate("fft", "primal", &input).expect_err("there is none").to_string();
    assert!(refusal.starts_with("undefined: expected an eval among hello, "), "{refusal}");
}

#[test]
fn the_least_of_its_timings_counts() {
    let answers = [
        r#"{"id":0}"#,
        r#"{"id":1,"success":true}"#,
        r#"{"id":2,"success":true,"output":4,"timings":[{"name":"prepare","nanoseconds":1},{"name":"evaluate","nanoseconds":9},{"name":"evaluate","nanoseconds":7}]}"#,
    ];
    let script = answers.map(|answer| format!("read -r message; echo '{answer}'")).join("; ");
    let command = ["sh", "-c", &script].map(|word| shlex::try_quote(word).expect("no zero").into_owned()).join(" ");
    let mut peer = Peer::new(&command, Duration::from_secs(60)).expect("it is a command");
    let answer = peer.evaluate("hello", "square", &json!(2.0)).expect("it answers");
    assert_eq!((answer.output, answer.time), (json!(4), Duration::from_nanos(7)));
}

#[test]
fn whoever_does_not_speak_the_protocol_is_refused() {
    let patience = Duration::from_secs(60);
    assert_eq!(refusal("false", patience), "ended before it answered");
    assert_eq!(refusal("cat", patience), "undefined: no reason given");
    assert_eq!(refusal("yes", patience), "expected an answer of the protocol, found y");
    assert!(refusal("/no/such/tool", patience).starts_with("the command does not start: "));
    let said = r#"expected a command in shell words, found "'""#;
    assert_eq!(Peer::new("'", patience).expect_err("a quote is open").to_string(), said);
}

#[test]
fn whoever_takes_too_long_is_ended_with_all_that_it_has_started() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let left = folder.path().join("left");
    let script = format!("(sleep 2; touch {}); true", left.display());
    assert_eq!(refusal(&format!("sh -c '{script}'"), Duration::from_millis(200)), "no answer within 200ms");
    std::thread::sleep(Duration::from_secs(3));
    assert!(!left.exists(), "what the shell has started lives on");
}
