"""Recomputes the finite numbers of docs/hard_points.md from the definitions in gates.py.

Each value and partial at a finite point is compared with mpmath's, and must be the nearest double or its neighbour, or
infinite where that overflows. What no definition gives is listed below: conventions at kinks and steps, limits at
singular points, and values that are what they are because of the order in which floats are multiplied. At a zero only the
finite values and first partials are compared, since zeros are singular points of most gates that have any.

    python3 hard_points.py
"""

import math
import re
import sys
from pathlib import Path

from mpmath import mp, mpf

from gates import digits, of_gate, partial

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hard_points.md"

# Rows (gate, point) that rest on a rule of the page instead of a definition.
BY_RULE = {
    ("powf(1.5)", "0"), ("signum", "0"), ("signum", "-0"), ("floor", "2"), ("floor", "-0"), ("floor", "1e300"),
    ("ceil", "2"), ("round", "0.5"), ("round", "-0.5"), ("round", "2.5"), ("trunc", "2"), ("trunc", "-1e300"),
    ("fract", "3"), ("fract", "1e300"), ("relu", "0"), ("relu", "-0"), ("rem", "6, 2"), ("copysign", "3, -0"),
    ("copysign", "-3, 0"), ("pow", "0, 0"), ("atan2", "0, 0"), ("atan2", "0, -1"), ("atan2", "-0, -1"),
    ("xlogy", "0, 0"), ("xlogy", "0, -0"), ("product", "1e-200, 1e-200, 1e200"),
    ("product", "1e-200, 1e-200, 2, 1e200, 1e100"), ("clamp", "0, 0, 1"), ("clamp", "-0, 0, 1"),
    ("clamp", "0, -1, -0"), ("clamp", "5, 1, 1"), ("clamp", "1, 0, 1"), ("select", "0, 5, 7"),
}

# Rows on a kink or pole away from 0, or that overflow on the way: infinities and second partials follow from a rule.
SINGULAR = {
    ("div_const(0)", "1"), ("div_const(-0)", "1"), ("max", "2, 2"), ("min", "2, 2"), ("log", "8, 1"),
    ("sum", "1e308, 1e308, -1e308"), ("product", "1e200, 1e200, 1e-200"),
}


def rows():
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and re.fullmatch(r"\w+(\(.*\))?", cells[0]) and cells[0] != "gate":
            yield cells


def agree(found, expected):
    if math.isinf(expected):
        return found == expected
    if expected == 0.0:
        return abs(found) < 1e-300
    return abs(found - expected) <= 2.3e-16 * abs(expected)


def number(definition):
    """The nearest double; None where the definition has no real number."""
    try:
        return float(definition())
    except (ZeroDivisionError, ValueError, TypeError):
        return None


def main():
    checked, by_rule, wrong = 0, 0, []
    for gate, at, value, partials, second in rows():
        name, constant = re.fullmatch(r"(\w+)(?:\((.*)\))?", gate).groups()
        point = [float(x) for x in at.split(",")]
        if not all(mp.isfinite(x) for x in point) or (gate, at) in BY_RULE:
            by_rule += 1
            continue
        mp.dps = digits(name, point)
        f = of_gate(name, None if constant is None else float(constant))
        exact, n = [mpf(x) for x in point], range(len(point))
        numbers = [(value, lambda: f(*exact))]
        numbers += [(cell, lambda i=i: partial(f, exact, i)) for i, cell in enumerate(partials.split(","))]
        pairs = [(i, j) for i in n for j in n if i <= j]
        singular = 0.0 in point or (gate, at) in SINGULAR
        if second != "-" and not singular:
            numbers += [(cell, lambda i=i, j=j: partial(f, exact, i, j)) for cell, (i, j) in zip(second.split(","), pairs)]
        for cell, definition in numbers:
            cell = cell.strip()
            if cell in ("std", "nan") or (singular and cell in ("inf", "-inf")):
                continue
            found = number(definition)
            if found is None and math.isinf(float(cell)):
                continue
            checked += 1
            if found is None or not agree(found, float(cell)):
                wrong.append(f"{gate} at {at}: the page says {cell}, mpmath {found!r}")
    print(f"hard_points.md: {checked} numbers recomputed, {by_rule} rows by rule, {len(wrong)} wrong")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
