//! A program as a function of Rust.

use anygrad_core::{Error, Real};

use super::Helpers;
use super::body::{Body, Home, Lines};
use super::gate::{float, literal};
use crate::code::{Block, Op};
use crate::program::Program;

/// The function of a program.
pub(super) fn function<R: Real>(helpers: &mut Helpers<R>, name: &str, program: &Program<R>) -> Result<String, Error> {
    let (float, block) = (float::<R>(), program.block());
    let (n, m) = (program.inputs(), program.outputs());
    let has_guards = has_tests(block);
    let result = if has_guards { " -> bool" } else { "" };
    let mut lines = Lines::default();
    if has_guards {
        lines.push("/// Whether `x` takes the branches of the recording; if not, `out` is not written.");
        lines.push("#[must_use]");
    }
    lines.push("#[allow(clippy::all, unused)]");
    lines.push(&format!("pub fn {name}(x: &[{float}; {n}], out: &mut [{float}; {m}]){result} {{"));
    lines.indented(|lines| {
        let mut homes = vec![Home::array("x")];
        for (k, data) in (1..).zip(program.data()) {
            let numbers = data.iter().map(|&c| literal(c)).collect::<Vec<_>>().join(", ");
            lines.push(&format!("static D{k}: [{float}; {}] = [{numbers}];", data.len()));
            homes.push(Home::array(&format!("D{k}")));
        }
        let mut body =
            Body { helpers, block, prefix: String::new(), parameters: homes, fail: "return false;".to_owned() };
        body.write(lines)?;
        let results: Vec<String> = block.results.iter().map(|&result| body.name(result)).collect();
        results.iter().enumerate().for_each(|(i, result)| lines.push(&format!("out[{i}] = {result};")));
        if has_guards {
            lines.push("true");
        }
        Ok(())
    })?;
    lines.push("}");
    Ok(lines.into_text())
}

fn has_tests<R: Real>(block: &Block<R>) -> bool {
    block.code.iter().any(|instruction| match &instruction.op {
        Op::Loop(body) => body.body.iter().any(has_tests),
        _ => instruction.is_test(),
    })
}
