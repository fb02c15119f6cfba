"""Writes ordinary.csv: values and derivatives of every gate at ordinary points.

mpmath differentiates the definitions of gates.py numerically with 50 digits at the exact binary value of the point; the
nearest double is written. The points are multiples of 1/64, so that they are floats of 24 bits too.

    python3 ordinary.py > ordinary.csv
"""

from mpmath import mp, mpf

from gates import BINARY, NARY, UNARY, of_gate, partial

mp.dps = 50

# The gates with constants, at these.
CONSTANTS = {
    "add_const": [0.75],
    "mul_const": [-1.25],
    "div_const": [1.75],
    "powi": [3, -2, 5],
    "powf": [2.5, -0.75],
    "polygamma": [0, 1, 2],
}

INTERVALS = {
    "recip": (0.3, 3), "sqrt": (0.1, 4), "cbrt": (0.1, 4), "rsqrt": (0.1, 4), "ln": (0.1, 4), "log2": (0.1, 4),
    "log10": (0.1, 4), "ln_1p": (-0.9, 3), "from_zero": (0.2, 2), "detach": (0.2, 2),
    "sin": (-3, 3), "cos": (-3, 3), "tan": (-1.2, 1.2), "asin": (-0.9, 0.9),
    "acos": (-0.9, 0.9), "atan": (-3, 3), "asinh": (-3, 3), "acosh": (1.2, 4), "atanh": (-0.9, 0.9), "abs": (0.2, 2),
    "signum": (0.2, 2), "floor": (0.2, 0.4), "ceil": (0.2, 0.4), "round": (0.2, 0.4), "trunc": (0.2, 0.4),
    "fract": (0.2, 0.4), "powi": (0.3, 2), "powf": (0.3, 2), "sigmoid": (-3, 3), "log_sigmoid": (-3, 3),
    "softplus": (-3, 3), "relu": (0.2, 2), "silu": (-3, 3), "gelu": (-3, 3), "normal_cdf": (-3, 3),
    "one_minus_square": (-0.9, 0.9),
    "ln_gamma": (0.5, 5), "polygamma": (0.5, 5),
    "div": [(-2, 2), (0.3, 3)], "rem": [(0.2, 0.9), (1, 2)], "pow": [(0.3, 2), (-2, 2)], "log": [(0.3, 4), (1.5, 4)],
    "hypot": [(-2, 2), (0.3, 2)], "atan2": [(-2, 2), (0.3, 2)], "max": [(0.2, 0.9), (1, 2)],
    "min": [(0.2, 0.9), (1, 2)], "copysign": [(0.2, 2), (-2, -0.3)], "xlogy": [(0.3, 2), (0.3, 2)],
}

NARY_POINTS = {
    "sum": [[0.5, -1.25, 2], [1.5], [0.25, 0.5, 0.75, -3]],
    "product": [[0.5, -1.25, 2], [1.5], [0.25, 0.5, 0.75, -3]],
    "dot": [[0.5, -1.25, 2, 3], [1.5, 0.25], [1, 2, 3, -0.5, 0.625, 4]],
    "norm": [[0.5, -1.25, 2], [1.5], [0.25, 0.5, 0.75, -3]],
    "logsumexp": [[0.5, -1.25, 2], [1.5], [0.25, 0.5, 0.75, -3]],
    "mul_add": [[0.5, -1.25, 2], [1.5, 2.25, -0.625], [-2, 3, 7]],
    "clamp": [[0.5, -1, 2], [-2, -1, 2], [3, -1, 2]],
    "select": [[0.5, -1, 2], [-2, -1, 2], [3, -1, 2]],
}


def inside(low, high, fraction):
    return int((low + (high - low) * fraction) * 64) / 64


def points():
    for gate in UNARY:
        low, high = INTERVALS.get(gate, (-2, 2))
        for constant in CONSTANTS.get(gate, [None]):
            for fraction in [0.13, 0.22, 0.52, 0.71, 0.94]:
                yield gate, constant, [inside(low, high, fraction)]
    for gate in BINARY:
        (a0, a1), (b0, b1) = INTERVALS.get(gate, [(-2, 2), (-2, 2)])
        for s, t in [(0.13, 0.31), (0.35, 0.83), (0.62, 0.12), (0.77, 0.55), (0.93, 0.97)]:
            yield gate, None, [inside(a0, a1, s), inside(b0, b1, t)]
    for gate in NARY:
        for point in NARY_POINTS[gate]:
            yield gate, None, point


def text(numbers):
    """The nearest doubles; what is left of a zero by numerical differentiation is a zero."""
    return " ".join(repr(float(mp.chop(x, mpf(10) ** -40))).removesuffix(".0") for x in numbers)


def main():
    print("# Written by ordinary.py. Columns: gate; its inputs; value; partials, one an input; second partials, the upper")
    print("# triangle by rows; third derivative of gates of one argument. Numbers are the nearest doubles.")
    print("gate,at,value,partials,second,third")
    for gate, constant, floats in points():
        f, at = of_gate(gate, constant), [mpf(x) for x in floats]
        n = range(len(at))
        first = [partial(f, at, i) for i in n]
        second = [partial(f, at, i, j) for i in n for j in n if i <= j]
        third = [partial(f, at, 0, 0, 0)] if gate in UNARY else []
        name = gate if constant is None else f"{gate}({text([constant])})"
        print(",".join([name, text(floats), text([f(*at)]), text(first), text(second), text(third)]))


if __name__ == "__main__":
    main()
