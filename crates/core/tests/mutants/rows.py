"""Writes a copy of the workspace in which the rows of the gate table are functions, for cargo-mutants.

cargo-mutants changes the bodies of functions and does not look into macro calls, where the rows stand. In the copy each
row hands its expressions to functions behind the table, which say the same:

    Tan tan on [-1.2, 1.2] |x| tan_value::<R>(x) => |x, y| tan_partial::<R, T>(x, y);

    python3 rows.py <empty directory>
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
GATES = Path("crates/core/src/gates")
OPEN, CLOSE = "([{", ")]}"


def until(text, start, end):
    """From `start` to the first `end` outside of brackets."""
    depth = 0
    for at in range(start, len(text)):
        if depth == 0 and text.startswith(end, at):
            return text[start:at].strip(), at + len(end)
        depth += (text[at] in OPEN) - (text[at] in CLOSE)
    raise ValueError(f"expected {end!r} after {text[start:start + 60]!r}")


def names(arguments, like):
    """Names for arguments of which some are `_`."""
    return [given if given != "_" else default for given, default in zip(re.split(r",\s*", arguments), like)]


def signature(generics, arguments, kinds, result):
    typed = ", ".join(f"{name}: {kind}" for name, kind in zip(arguments, kinds))
    return f"<{generics}>({typed}){result}"


def function(name, head, body):
    allowed = '#[allow(unused_variables, unused_mut, clippy::all, reason = "written by a program")]'
    return f"\n{allowed}\n#[inline]\nfn {name}{head} {{\n    {body}\n}}\n"


VALUE, PARTIAL = "R: Real", "R: Real, T: Scalar<Real = R>"


def unary(head, value_args, value, partial_args, partial):
    gate = re.search(r"(\w+) on \[", head)[1]
    fields = re.findall(r"(\w+)(?:: (\w+))? = ", head)
    constants, types = [name for name, _ in fields], [kind or "R" for _, kind in fields]
    (v,), (x, y) = names(value_args, ["x"]), names(partial_args, ["x", "y"])
    row = (f"|{v}| {gate}_value::<R>({', '.join([v, *constants])}) => "
           f"|{x}, {y}| {gate}_partial::<R, T>({', '.join([x, y, *constants])});")
    return row, (
        function(f"{gate}_value", signature(VALUE, [v, *constants], ["R", *types], " -> R"), value)
        + function(f"{gate}_partial", signature(PARTIAL, [x, y, *constants], ["T", "T", *types], " -> T"), partial))


def binary(head, value_args, value, partial_args, partial):
    gate = re.search(r"(\w+) on \[", head)[1]
    lhs, middle = until(partial, 1, ",")
    rhs = partial[middle:].strip().removesuffix(")").strip()
    row = (f"|a, b| {gate}_value::<R>(a, b) => "
           f"|a, b, y| ({gate}_lhs::<R, T>(a, b, y), {gate}_rhs::<R, T>(a, b, y));")
    three = signature(PARTIAL, ["a", "b", "y"], "TTT", " -> T")
    return row, (function(f"{gate}_value", signature(VALUE, ["a", "b"], "RR", " -> R"), value)
                 + function(f"{gate}_lhs", three, lhs) + function(f"{gate}_rhs", three, rhs))


def nary(head, value_args, value, partial_args, partial):
    gate = re.sub(r" of \d+$", "", head).split()[-1]
    args, y, edge = names(partial_args, ["args", "y", "edge"])
    row = f"|args| {gate}_value::<R>(args) => |args, y, edge| {gate}_partials::<R, T, _>(args, y, &mut edge);"
    head = signature(PARTIAL + ", F: FnMut(usize, T)", [args, y, f"mut {edge}"], ["&[T]", "T", "F"], "")
    return row, (function(f"{gate}_value", signature(VALUE, ["args"], ["&[R]"], " -> R"), value)
                 + function(f"{gate}_partials", head, partial))


def rewrite(text, call, write):
    """The rows of the table that begins with `call`."""
    start = text.index(f"\n{call}! {{") + len(call) + 4
    table, end = until(text, start, "}")
    table = re.sub(r"^\s*//.*\n", "", table, flags=re.M)
    rows, functions, at = [], [], 0
    while at < len(table):
        head, at = until(table, at, "|")
        value_args, at = until(table, at, "|")
        value, at = until(table, at, "=>")
        at = table.index("|", at) + 1
        partial_args, at = until(table, at, "|")
        partial, at = until(table, at, ";")
        row, written = write(head, value_args, value, partial_args, partial)
        rows.append(f"    /// A row.\n    {head} {row}\n")
        functions.append(written)
    return text[:start] + "\n" + "".join(rows) + "}\n" + "".join(functions) + text[end:]


def main():
    target = Path(sys.argv[1])
    leave = shutil.ignore_patterns("target", ".git", "mutants.out*")
    shutil.copytree(ROOT, target, ignore=leave, dirs_exist_ok=True)
    for file, call, write in [("unary", "unary_table", unary), ("binary", "binary_table", binary),
                              ("nary", "nary_table", nary)]:
        path = target / GATES / f"{file}.rs"
        path.write_text(rewrite(path.read_text(), call, write))


if __name__ == "__main__":
    main()
