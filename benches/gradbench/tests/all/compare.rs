use anygrad_gradbench::difference;
use serde_json::json;

#[test]
fn rounding_is_no_difference() {
    let (a, b) = (json!({ "x": [1.0, 1e9], "n": 3 }), json!({ "x": [1.0 + 1e-7, 1e9 + 1.0], "n": 3.0 }));
    assert_eq!(difference(&a, &b, 1e-6), None);
    assert_eq!(difference(&json!(null), &json!(null), 1e-6), None);
}

#[test]
fn a_difference_says_where_it_is() {
    let expected = json!({ "x": [[1.0], [2.0, 1e-3]] });
    let found = |value| difference(&json!({ "x": [[1.0], [2.0, value]] }), &expected, 1e-6);
    assert_eq!(found(json!(2e-3)).as_deref(), Some(".x[1][1]: expected 0.001, found 0.002"));
    // NaN is written so.
    assert_eq!(found(json!(null)).as_deref(), Some(".x[1][1]: expected 0.001, found null"));
    let found = difference(&json!({ "x": [[1.0, 1.0], [2.0, 1e-3]] }), &expected, 1e-6);
    assert_eq!(found.as_deref(), Some(".x[0]: expected 1 elements, found 2 elements"));
    let found = difference(&json!({ "y": [] }), &expected, 1e-6);
    assert_eq!(found.as_deref(), Some(".x: expected 2 elements, found null"));
}
