use std::process::Command;

use serde_json::Value;
use tempfile::NamedTempFile;

const MEASURE: &str = env!("CARGO_BIN_EXE_gradbench-measure");
const TOOL: &str = env!("CARGO_BIN_EXE_gradbench-tool");

/// What the measurement prints for some arguments.
fn printed(arguments: &[&str]) -> String {
    let output = Command::new(MEASURE).args(arguments).output().expect("it was built");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}

/// A measurement of small determinants beside two tools: ours again, and one that cannot do anything.
fn lines() -> String {
    let peer = format!("--beside=peer='{TOOL}'");
    let arguments = ["--filter=det", "--workload=l=5", "--seconds=0", "--format=json", "--base=peer"];
    printed(&[&arguments[..], &[&peer, "--beside=none=false"]].concat())
}

#[test]
fn other_tools_stand_behind_ours_in_multiples_of_the_base() {
    let lines = lines();
    let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    let command =
        "cargo xtask gradbench --seconds 0 --beside peer=… --beside none=… --base peer --filter=det --workload=l=5";
    assert_eq!(lines.next().expect("there are lines")["command"], command);
    let rows: Vec<Value> = lines.collect();
    for function in ["primal", "gradient"] {
        let by = |tool: &str| {
            let mut rows = rows.iter().filter(|row| row["function"] == function);
            rows.find(|row| row["tool"] == tool).expect("each tool has a row").clone()
        };
        let seconds = |tool: &str| by(tool)["seconds"].as_f64().expect("it has a time");
        assert_eq!(by("peer")["multiple"], 1.0);
        // JSON is not read to the last bit.
        let multiple = by("anygrad")["multiple"].as_f64().expect("there is a base");
        assert!((multiple * seconds("peer") / seconds("anygrad") - 1.0).abs() < 1e-12);
        assert_eq!(by("none")["reason"], "ended before it answered");
        assert_eq!((&by("none")["seconds"], &by("peer")["reason"]), (&Value::Null, &Value::Null));
    }
}

#[test]
fn another_output_is_said() {
    // Whatever it is asked, it has computed 0.
    let answer =
        r#"{\"id\":%d,\"success\":true,\"output\":0,\"timings\":[{\"name\":\"evaluate\",\"nanoseconds\":5}]}\n"#;
    let script = format!(r#"i=0; while read -r message; do printf "{answer}" $i; i=$((i + 1)); done"#);
    let wrong = format!("--beside=wrong=sh -c '{script}'");
    let text = printed(&["--filter=hello", "--seconds=0", "--base=wrong", &wrong]);
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("wrong")).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].ends_with("disagrees at output: expected 2.25, found 0"), "{}", rows[0]);
    assert!(rows[1].ends_with("disagrees at output: expected 3.0, found 0"), "{}", rows[1]);
}

#[test]
fn a_plot_names_the_tools_the_workloads_and_the_run() {
    let file = NamedTempFile::new().expect("a temporary file");
    // Two parts of a run: what differs at the end of their commands is left out.
    let part = lines();
    std::fs::write(file.path(), part.clone() + &part.replace(" --filter=det", " --filter=de")).expect("it is ours");
    let path = file.path().to_str().expect("a plain name");
    let svg = printed(&["--plot", path, "--base=peer"]);
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    for text in ["anygrad", "det l=5", "--base peer.", "cores"] {
        assert!(svg.contains(text), "{text} in {svg}");
    }
    // One in the legend, and one in each line.
    assert_eq!(svg.matches("<circle").count(), 3);
    let output = Command::new(MEASURE).args(["--plot", path, "--base=nobody"]).output().expect("it was built");
    assert!(String::from_utf8_lossy(&output.stderr).contains("expected derivatives by nobody, found none"));
}

#[cfg(feature = "peers")]
#[test]
fn the_rust_crates_take_part_without_another_tool() {
    use anygrad_gradbench::peers::Crate;

    let lines = printed(&["--peers", "--filter=det", "--workload=l=5", "--seconds=0", "--format=json"]);
    let rows: Vec<Value> =
        lines.lines().skip(1).map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    for name in Crate::EACH.map(Crate::name) {
        let own = rows.iter().filter(|row| row["tool"] == name);
        let measured = |row: &&Value| row["multiple"].as_f64().is_some() && row["reason"].is_null();
        assert_eq!(own.filter(measured).count(), 2, "{name} in {lines}");
    }
    let file = NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), &lines).expect("it is ours");
    let svg = printed(&["--plot", file.path().to_str().expect("a plain name")]);
    assert!(svg.contains("in units of anygrad") && svg.contains("echidna/recorded"), "{svg}");
    // Ours is the unit; each crate has a mark in the legend, and one in the line of the gradient.
    assert_eq!(svg.matches("<polygon").count(), 2 * Crate::EACH.len());
    assert!(!svg.contains("<circle"), "{svg}");
}
