use anygrad_gradbench::evals::Options;
use anygrad_gradbench::serve;
use serde_json::{Value, json};

/// The answers to some lines.
fn answers(lines: &str) -> Vec<Value> {
    let mut answers = Vec::new();
    serve(lines.as_bytes(), &mut answers, Options::default()).expect("memory can be written");
    let answers = String::from_utf8(answers).expect("JSON is text");
    answers.lines().map(|line| serde_json::from_str(line).expect("each answer is JSON")).collect()
}

#[test]
fn each_message_has_an_answer_with_its_id() {
    let lines = [
        json!({ "id": 0, "kind": "start", "eval": "hello" }),
        json!({ "id": 1, "kind": "define", "module": "hello" }),
        json!({ "id": 2, "kind": "evaluate", "module": "hello", "function": "double", "input": 4.5 }),
        json!({ "id": 3, "kind": "analysis", "of": 2, "valid": true }),
        json!({ "id": 4, "kind": "what there is later" }),
    ];
    let found = answers(&lines.map(|line| line.to_string()).join("\n"));
    assert_eq!(found.len(), 5);
    assert_eq!(found[0], json!({ "id": 0, "tool": "anygrad" }));
    assert_eq!(found[1], json!({ "id": 1, "success": true }));
    assert_eq!((&found[2]["id"], &found[2]["success"], &found[2]["output"]), (&json!(2), &json!(true), &json!(9.0)));
    assert_eq!(found[3..], [json!({ "id": 3 }), json!({ "id": 4 })]);
}

#[test]
fn there_is_a_timing_for_each_run_and_one_for_the_preparation() {
    let input = json!({ "x": [1.0, 2.0], "min_runs": 3, "min_seconds": 0.0 });
    let line = json!({ "id": 7, "kind": "evaluate", "module": "lse", "function": "gradient", "input": input });
    let found = answers(&line.to_string());
    let timings = found[0]["timings"].as_array().expect("a list");
    let names: Vec<_> = timings.iter().map(|timing| timing["name"].as_str()).collect();
    assert_eq!(names, [Some("prepare"), Some("evaluate"), Some("evaluate"), Some("evaluate")]);
    assert!(timings.iter().all(|timing| timing["nanoseconds"].as_u64().is_some_and(|time| time > 0)));
}

#[test]
fn what_cannot_be_served_says_why_and_the_next_message_is_served() {
    let lines = [
        "{".to_owned(),
        json!({ "id": 1, "kind": "define", "module": "goodbye" }).to_string(),
        json!({ "id": 2, "kind": "evaluate", "module": "hello", "function": "triple", "input": 1.0 }).to_string(),
        json!({ "id": 3, "kind": "evaluate", "module": "lse", "function": "primal", "input": { "x": "y" } })
            .to_string(),
        json!({ "id": 4, "kind": "evaluate", "module": "hello", "function": "square", "input": 3.0 }).to_string(),
    ];
    let found = answers(&lines.join("\n"));
    let errors: Vec<_> = found.iter().map(|answer| answer["error"].as_str().unwrap_or_default()).collect();
    assert!(errors[0].starts_with("expected a message in JSON, found EOF"), "{}", errors[0]);
    assert!(errors[1].starts_with("expected an eval among hello, "), "{}", errors[1]);
    assert_eq!(errors[2], "hello: expected a function among square, double, found \"triple\"");
    assert!(errors[3].starts_with("lse: invalid type: string \"y\""), "{}", errors[3]);
    assert!(found[..4].iter().all(|answer| answer["success"] == json!(false)));
    assert_eq!(found[4]["output"], json!(9.0));
}
