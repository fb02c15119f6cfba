//! Each rule against a planted violation, and against its nearest neighbour that is allowed.

use super::*;

/// The lines that break a rule in a file at `path`.
fn lines(rule: &str, path: &str, text: &str) -> Vec<usize> {
    let source = Source::parse(path, text).expect("these are Rust tokens");
    let (_, check) = RULES.iter().find(|(name, _)| *name == rule).expect("a rule of this name");
    check(&source).into_iter().map(|(line, _)| line).collect()
}

#[test]
fn partials_stand_in_the_gate_table() {
    let gate = "impl Unary<R> for Cube {\n    fn partial<T>(self, x: T, _: [T; 2]) -> T { x }\n}\n";
    let rule = "one-gate-table";
    assert_eq!(lines(rule, "crates/forward/src/dual.rs", gate), [2]);
    assert_eq!(lines(rule, "crates/core/src/gate.rs", "fn partials(x: &[u8]) {}"), [1]);
    assert_eq!(lines(rule, "crates/core/src/a.rs", "fn partial_lhs() {}\nfn partial_rhs() {}"), [1, 2]);
    for place in ["crates/core/src/gates/unary.rs", "examples/examples/own_gate.rs", "crates/core/tests/gate.rs"] {
        assert!(lines(rule, place, gate).is_empty(), "{place}");
    }
    assert!(lines(rule, "crates/core/src/gate.rs", "trait G { fn partial(self, x: [T; 2]) -> T; }").is_empty());
    assert!(lines(rule, "crates/core/src/gate.rs", "/// ```\n/// fn partial() {}\n/// ```\nstruct S;").is_empty());
    assert!(lines(rule, "crates/core/src/gate.rs", "fn partial_sum() {}").is_empty());
    assert!(lines(rule, "crates/core/src/a.rs", &format!("#[cfg(test)]\nmod tests {{ {gate} }}")).is_empty());
}

#[test]
fn rules_of_arrays_stand_in_the_list_of_operations() {
    let rule = "rules-of-arrays";
    let block = "struct Twice;\nimpl<R: Real> Block<R> for Twice {\n    fn size(self) -> usize { 1 }\n}\n";
    assert_eq!(lines(rule, "crates/linalg/src/matrix.rs", block), [2]);
    assert_eq!(lines(rule, "crates/nn/src/layers.rs", "impl arrays::Block<Vec<f64>> for X {}"), [1]);
    for place in ["crates/linalg/src/ops/sum.rs", "crates/core/src/arrays/add.rs", "crates/reverse/tests/all/own.rs"] {
        assert!(lines(rule, place, block).is_empty(), "{place}");
    }
    let other =
        "impl<R: Real, B: Block<R>> Behaviour<R> for B {}\nfn f(block: impl Block<f64>) {}\nstruct Block<R>(R);";
    assert!(lines(rule, "crates/graph/src/machine.rs", other).is_empty());
}

#[test]
fn finite_differences_read_no_partial() {
    let rule = "independent-witness";
    let path = "crates/finite/src/step.rs";
    assert_eq!(lines(rule, path, "\nlet p = gate.partial(x, y);"), [2]);
    assert_eq!(lines(rule, path, "Unary::partial"), [1]);
    assert_eq!(lines(rule, path, "gate.partials::<T>(x)"), [1]);
    assert_eq!(lines(rule, path, "a.partial_lhs; b.partial_rhs"), [1, 1]);
    assert_eq!(lines(rule, path, "gate.linearize(x)"), [1]);
    assert!(lines(rule, path, "// never linearize\nlet partial = f(x + h) - f(x);").is_empty());
    assert!(lines(rule, "crates/forward/src/dual.rs", "gate.linearize(x)").is_empty());
}

#[test]
fn core_stands_below_the_backends() {
    let rule = "core-names-no-backend";
    assert_eq!(lines(rule, "crates/core/src/lib.rs", "\nuse anygrad_forward::Dual;"), [2]);
    assert_eq!(lines(rule, "crates/core/src/lib.rs", "anygrad_reverse::x; anygrad_finite::y"), [1, 1]);
    assert!(lines(rule, "crates/core/src/lib.rs", "//! See `anygrad_forward`.\n").is_empty());
    assert!(lines(rule, "crates/core/tests/t.rs", "use anygrad_forward::Dual;").is_empty());
    assert!(lines(rule, "crates/core/src/lib.rs", "use anygrad_core::Dual;").is_empty());
}

#[test]
fn unsafe_is_confined_and_justified() {
    let rule = "unsafe";
    let bare = "fn f() {\n    let x = unsafe { g() };\n}\n";
    let said = "fn f() {\n    // SAFETY: g has no conditions,\n    // as its page says.\n    let x =\n        unsafe { g() };\n}\n";
    let stale = "// SAFETY: for another.\nfn f() {\n    unsafe { g() };\n}\n";
    assert_eq!(lines(rule, "crates/forward/src/dual.rs", said), [5]);
    assert_eq!(lines(rule, "crates/reverse/src/tape.rs", bare), [2]);
    assert_eq!(lines(rule, "crates/reverse/src/tape.rs", stale), [3]);
    assert!(lines(rule, "crates/reverse/src/tape.rs", said).is_empty());
    assert!(lines(rule, "crates/jit/src/a.rs", "type Entry = unsafe extern \"C\" fn(*const u8);").is_empty());
    assert_eq!(lines(rule, "crates/jit/src/a.rs", "unsafe extern \"C\" fn entry(x: *const u8) {}"), [1]);
    assert!(lines(rule, "crates/jit/src/call.rs", said).is_empty());
    let function = "/// Reads.\n///\n/// # Safety\n/// `at` is in bounds.\n#[inline]\nunsafe fn read(at: usize) {}\n";
    assert!(lines(rule, "crates/reverse/src/tape.rs", function).is_empty());
    assert!(
        lines(rule, "crates/core/src/lib.rs", "#![forbid(unsafe_code)]\n// unsafe\nconst S: &str = \"unsafe\";")
            .is_empty()
    );
}

#[test]
fn files_stay_short() {
    let file = |count: usize| "// line\n".repeat(count);
    assert_eq!(lines("length", "a.rs", &file(401)), [401]);
    assert!(lines("length", "a.rs", &file(400)).is_empty());
    let noted = |count| long_file(&Source::parse("a.rs", &file(count)).expect("only comments")).is_some();
    assert_eq!([300, 301, 400, 401].map(noted), [false, true, true, false]);
}

#[test]
fn nothing_is_left_open() {
    let rule = "unfinished";
    assert_eq!(lines(rule, "a.rs", "fn f() { todo!() }\nfn g() { unimplemented!() }\nfn h() { dbg!(1); }"), [1, 2, 3]);
    assert_eq!(lines(rule, "a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}\n#[ignore]\nfn g() {}"), [2, 4]);
    assert_eq!(lines(rule, "a.rs", "// FIXME: later\nfn f() {} // XXX\n"), [1, 2]);
    assert_eq!(lines(rule, "a.rs", "/// ```ignore\n/// f();\n/// ```\nfn f() {}\n"), [1]);
    assert!(lines(rule, "a.rs", "const S: &str = \"todo!() FIXME\"; fn ignore(todo: u8) { debug!(todo) }").is_empty());
}

#[test]
fn lints_are_switched_off_with_a_reason() {
    let rule = "reason";
    assert_eq!(lines(rule, "a.rs", "\n#[allow(dead_code)]\nfn f() {}"), [2]);
    assert_eq!(lines(rule, "a.rs", "#![allow(dead_code)]"), [1]);
    assert_eq!(lines(rule, "a.rs", "#[expect(dead_code)]\nfn f() {}"), [1]);
    assert_eq!(lines(rule, "a.rs", "#[cfg_attr(test, allow(dead_code))]\nfn f() {}"), [1]);
    assert!(lines(rule, "a.rs", "#[allow(dead_code, reason = \"kept for its layout\")]\nfn f() {}").is_empty());
    assert!(lines(rule, "a.rs", "fn f() { Some(1).expect(\"some\"); }").is_empty());
}
