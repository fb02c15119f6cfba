"""Recomputes the finite numbers of docs/hard_points.md from the definitions in ordinary.py.

Each value and first partial at a finite point is compared with mpmath's, and must be the nearest double or its
neighbour. What no definition gives is listed below: conventions at kinks and steps, limits at singular points, and
values that are what they are because of the order in which floats are multiplied.

    python3 hard_points.py
"""

import re
import sys
from pathlib import Path

from mpmath import mp, mpf

import ordinary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hard_points.md"

# Rows (gate, point) that rest on a rule of the page instead of a definition.
BY_RULE = {
    ("powf(1.5)", "0"), ("signum", "0"), ("signum", "-0"), ("floor", "2"), ("floor", "-0"), ("floor", "1e300"),
    ("ceil", "2"), ("round", "0.5"), ("round", "-0.5"), ("round", "2.5"), ("trunc", "2"), ("trunc", "-1e300"),
    ("fract", "3"), ("fract", "1e300"), ("relu", "0"), ("relu", "-0"), ("rem", "6, 2"), ("copysign", "3, -0"),
    ("copysign", "-3, 0"), ("pow", "0, 0"), ("atan2", "0, 0"), ("atan2", "0, -1"), ("atan2", "-0, -1"),
    ("xlogy", "0, 0"), ("xlogy", "0, -0"), ("product", "1e-200, 1e-200, 1e200"),
    ("product", "1e-200, 1e-200, 2, 1e200, 1e100"), ("clamp", "0, 0, 1"), ("clamp", "1, 0, 1"), ("select", "0, 5, 7"),
}


def rows():
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and re.fullmatch(r"\w+(\(.*\))?", cells[0]) and cells[0] != "gate":
            yield cells


def digits(name, at):
    """Enough digits for differences of numbers whose exponents lie as far apart as a double's."""
    ordinary_size = all(1e-30 < abs(x) < 1e12 for x in at)
    if name in ("ln_gamma", "polygamma"):
        return 120 if ordinary_size else 700
    return 1700 if name in ("product", "rem") else 900


def agree(found, expected):
    if expected == 0.0:
        return abs(found) < 1e-300
    return abs(found - expected) <= 2.3e-16 * abs(expected)


def main():
    checked, by_rule, wrong = 0, 0, []
    for gate, at, value, partials, _ in rows():
        name, constant = re.fullmatch(r"(\w+)(?:\((.*)\))?", gate).groups()
        point = [float(x) for x in at.split(",")]
        if not all(mp.isfinite(x) for x in point) or (gate, at) in BY_RULE:
            by_rule += 1
            continue
        mp.dps = digits(name, point)
        f = ordinary.of_gate(name, None if constant is None else float(constant))
        exact = [mpf(x) for x in point]
        numbers = [(value, lambda: f(*exact))]
        numbers += [(cell, lambda i=i: ordinary.partial(f, exact, i)) for i, cell in enumerate(partials.split(","))]
        for cell, definition in numbers:
            cell = cell.strip()
            if cell in ("std", "-", "nan", "inf", "-inf"):
                continue
            found = float(definition())
            checked += 1
            if not agree(found, float(cell)):
                wrong.append(f"{gate} at {at}: the page says {cell}, mpmath {found!r}")
    print(f"hard_points.md: {checked} numbers recomputed, {by_rule} rows by rule, {len(wrong)} wrong")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
