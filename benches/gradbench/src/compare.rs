//! Where two outputs differ.

use serde_json::Value;

/// The first place where two outputs are not the same but for rounding, and what stands there; the first of them is the one that
/// is in doubt.
///
/// They have the same structure, and for any two numbers `|x − y| ≤ tolerance·max(1, |x| + |y|)`, as the benchmark itself measures
/// it; a number that is not finite, which JSON writes as `null`, equals its like alone.
pub fn difference(found: &Value, expected: &Value, tolerance: f64) -> Option<String> {
    let said = |found: String, expected: String| Some(format!(": expected {expected}, found {found}"));
    match (found, expected) {
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => found
            .iter()
            .zip(expected)
            .enumerate()
            .find_map(|(i, (found, expected))| Some(format!("[{i}]{}", difference(found, expected, tolerance)?))),
        (Value::Object(found), Value::Object(expected)) if found.len() == expected.len() => {
            expected.iter().find_map(|(key, expected)| {
                let found = found.get(key).unwrap_or(&Value::Null);
                Some(format!(".{key}{}", difference(found, expected, tolerance)?))
            })
        }
        _ => match (found.as_f64(), expected.as_f64()) {
            (Some(x), Some(y)) if (x - y).abs() <= tolerance * (x.abs() + y.abs()).max(1.0) => None,
            _ if found == expected => None,
            _ => said(brief(found), brief(expected)),
        },
    }
}

/// A number as it is, of anything else its kind.
fn brief(value: &Value) -> String {
    match value {
        Value::Array(values) => format!("{} elements", values.len()),
        Value::Object(values) => format!("{:?}", values.keys().collect::<Vec<_>>()),
        value => value.to_string(),
    }
}
