//! The programs that the fuzzer starts from: every backend agrees on each of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anygrad_core::{BinaryOp, NaryOp, UnaryOp};
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use anygrad_verify::programs::{Case, Program, Step, compare};
use anygrad_verify::{Exact, Verdict};

/// The files of the corpus, by name.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/programs");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("the file can be read"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn everyone_agrees_on_the_corpus() {
    let forward = (Exact::new(Forward::new()), Exact::named("forward/3", Forward::with_chunk::<3>()));
    let mut panel = (forward, Exact::new(Reverse::new()));
    for (name, bytes) in corpus() {
        let case = Case::spelled(&bytes);
        assert!(case.program.is_smooth_at(&case.point), "{name}");
        for (point, at) in case.points() {
            for check in compare(&name, &case.program, point, at, &mut panel) {
                assert!(check.verdict != Verdict::Disagree, "{check}\n{}", case.program.to_rust(point));
            }
        }
    }
}

/// The corpus is worth its place: small, and of every row of the table.
#[test]
fn the_corpus_is_small_and_has_every_gate() {
    let files = corpus();
    assert!(files.len() <= 60 && files.iter().all(|(_, bytes)| bytes.len() <= 4096), "{} files", files.len());
    let programs: Vec<Program> = files.iter().map(|(_, bytes)| Case::spelled(bytes).program).collect();
    let found: BTreeSet<&str> = programs.iter().flat_map(|program| &program.steps).filter_map(Step::gate).collect();
    let unary = UnaryOp::<f64>::samples().into_iter().map(|(op, _)| anygrad_core::Unary::<f64>::name(op));
    let binary = BinaryOp::SAMPLES.iter().map(|(op, _)| anygrad_core::Binary::<f64>::name(*op));
    let nary = NaryOp::SAMPLES.iter().map(|(op, _)| anygrad_core::Nary::<f64>::name(*op));
    let missing: Vec<&str> = unary.chain(binary).chain(nary).filter(|name| !found.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(programs.iter().any(|program| program.steps.len() > 100) && programs.iter().any(|p| p.inputs > 8));
    assert!(programs.iter().any(|program| program.steps.iter().any(|step| matches!(step, Step::Branch(_)))));
}

#[test]
fn bytes_are_decisions() {
    assert_eq!(Case::spelled(b"").program, Program { inputs: 1, steps: vec![], outputs: vec![0] });
    // Four bytes for a length of 200, two for 16 inputs.
    let long: Vec<u8> = [0xff; 6].into_iter().chain((0..3000_u32).map(|i| (i * i % 251) as u8)).collect();
    let text = |bytes: &[u8]| format!("{:?}", Case::spelled(bytes));
    assert_eq!(text(&long), text(&long));
    assert_ne!(text(&long), text(&long[1..]));
    // A program ends with its bytes; what was spelled before the last operation, which takes up to four steps, stays.
    let (whole, part) = (Case::spelled(&long).program, Case::spelled(&long[..600]).program);
    let sure = part.steps.len() - 4;
    assert!(sure > 4 && part.steps.len() < whole.steps.len(), "{part:?}");
    assert_eq!(part.steps[..sure], whole.steps[..sure]);
}
