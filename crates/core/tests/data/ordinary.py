"""Writes ordinary.csv: values and derivatives of every gate at ordinary points.

Each gate stands here as its mathematical definition and nothing else. mpmath differentiates it numerically with 50
digits at the exact binary value of the point; the nearest double is written. The points are multiples of 1/64, so
that they are floats of 24 bits too.

    python3 ordinary.py > ordinary.csv
"""

from mpmath import mp, mpf

mp.dps = 50


def fmod(a, b):
    q = a / b
    return a - b * (mp.floor(q) if q >= 0 else mp.ceil(q))


def round_half_away(x):
    return mp.sign(x) * mp.floor(abs(x) + mpf(1) / 2)


def trunc(x):
    return mp.floor(x) if x >= 0 else mp.ceil(x)


def ln_gamma(x):
    return mp.log(abs(mp.gamma(x)))


def norm_cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def product(*xs):
    return mp.fprod(xs)


def dot(*xs):
    half = len(xs) // 2
    return sum((a * b for a, b in zip(xs[:half], xs[half:])), mpf(0))


def sinh(x):
    return (mp.exp(x) - mp.exp(-x)) / 2


UNARY = {
    "neg": lambda x: -x,
    "add_const": lambda x, c: x + c,
    "mul_const": lambda x, c: x * c,
    "div_const": lambda x, c: x / c,
    "recip": lambda x: 1 / x,
    "one_minus_square": lambda x: 1 - x * x,
    "sqrt": mp.sqrt,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "rsqrt": lambda x: 1 / mp.sqrt(x),
    "exp": mp.exp,
    "exp2": lambda x: mp.power(2, x),
    "exp_m1": lambda x: mp.exp(x) - 1,
    "ln": mp.ln,
    "log2": lambda x: mp.ln(x) / mp.ln(2),
    "log10": lambda x: mp.ln(x) / mp.ln(10),
    "ln_1p": lambda x: mp.ln(1 + x),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "sinh": sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "asinh": mp.asinh,
    "acosh": mp.acosh,
    "atanh": mp.atanh,
    "abs": abs,
    "signum": lambda x: mp.sign(x),
    "floor": mp.floor,
    "ceil": mp.ceil,
    "round": round_half_away,
    "trunc": trunc,
    "fract": lambda x: x - trunc(x),
    "powi": lambda x, n: x ** int(n),
    "powf": lambda x, c: x ** (int(c) if c == int(c) else c),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "log_sigmoid": lambda x: -mp.ln(1 + mp.exp(-x)),
    "softplus": lambda x: mp.ln(1 + mp.exp(x)),
    "relu": lambda x: max(x, mpf(0)),
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "gelu": lambda x: x * norm_cdf(x),
    "normal_cdf": norm_cdf,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "ln_gamma": ln_gamma,
    "polygamma": lambda x, n: mp.psi(int(n), x),
}

BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "rem": fmod,
    "pow": lambda a, b: a ** (int(b) if b == int(b) and a < 0 else b),
    "log": lambda a, b: mp.ln(a) / mp.ln(b),
    "hypot": lambda a, b: mp.sqrt(a * a + b * b),
    "atan2": mp.atan2,
    "max": lambda a, b: max(a, b),
    "min": lambda a, b: min(a, b),
    "copysign": lambda a, b: abs(a) * mp.sign(b),
    "xlogy": lambda a, b: a * mp.ln(b),
    "logaddexp": lambda a, b: mp.ln(mp.exp(a) + mp.exp(b)),
}

NARY = {
    "sum": lambda *xs: mp.fsum(xs),
    "product": product,
    "dot": dot,
    "norm": lambda *xs: mp.sqrt(sum(x * x for x in xs)),
    "logsumexp": lambda *xs: mp.ln(sum(mp.exp(x) for x in xs)),
    "mul_add": lambda a, b, c: a * b + c,
    "clamp": lambda x, low, high: min(max(x, low), high),
    "select": lambda x, positive, otherwise: positive if x > 0 else otherwise,
}

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
    "log10": (0.1, 4), "ln_1p": (-0.9, 3), "sin": (-3, 3), "cos": (-3, 3), "tan": (-1.2, 1.2), "asin": (-0.9, 0.9),
    "acos": (-0.9, 0.9), "atan": (-3, 3), "asinh": (-3, 3), "acosh": (1.2, 4), "atanh": (-0.9, 0.9), "abs": (0.2, 2),
    "signum": (0.2, 2), "floor": (0.2, 0.4), "ceil": (0.2, 0.4), "round": (0.2, 0.4), "trunc": (0.2, 0.4),
    "fract": (0.2, 0.4), "powi": (0.3, 2), "powf": (0.3, 2), "sigmoid": (-3, 3), "log_sigmoid": (-3, 3),
    "softplus": (-3, 3), "relu": (0.2, 2), "silu": (-3, 3), "gelu": (-3, 3), "normal_cdf": (-3, 3), "one_minus_square": (-0.9, 0.9),
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


def of_gate(gate, constant):
    if gate in UNARY:
        f = UNARY[gate]
        return f if constant is None else lambda x: f(x, mpf(constant))
    return BINARY.get(gate) or NARY[gate]


def partial(f, at, *wrt):
    orders = [0] * len(at)
    for i in wrt:
        orders[i] += 1
    return mp.diff(f, tuple(at), tuple(orders)) if len(at) > 1 else mp.diff(f, at[0], len(wrt))


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
