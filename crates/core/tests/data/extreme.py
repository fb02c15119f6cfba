"""Writes extreme.csv: values and partials of every gate at huge, tiny and subnormal points, and close to singular ones.

mpmath differentiates the definitions of gates.py numerically with some hundreds of digits at the exact binary value of
the point; the nearest double is written. Where a point is a float of 24 bits, it is extreme for these. An empty value
stands where only the standard library says it (see docs/hard_points.md).

    python3 extreme.py > extreme.csv
"""

import struct

from mpmath import mp, mpf

from gates import BINARY, NARY, UNARY, digits, of_gate, partial


def single(x):
    """The nearest float of 24 bits."""
    return struct.unpack("f", struct.pack("f", x))[0]


LEAST, MOST = 5e-324, 1.7976931348623157e308
NORMAL, EPSILON = 2.2250738585072014e-308, 2.0 ** -52
TINY = [LEAST, 1e-310, NORMAL, 1e-300, 1e-18, 2.0 ** -149, 2.0 ** -126, 2.0 ** -40]
HUGE = [1e18, 1e154, 1e300, MOST, 2.0 ** 60, single(3.4028234663852886e38)]
BELOW_1, ABOVE_1 = [1 - EPSILON / 2, 1 - 2.0 ** -24, 0.9999999, 0.999999999999], [1 + EPSILON, 1 + 2.0 ** -23]


def both(points):
    return [sign * x for x in points for sign in (1, -1)]


# The float that comes nearest to a multiple of pi/2, and others near one.
NEAR_POLES = [6381956970095103 * 2.0 ** 797, 1.5707963267948966, 3.141592653589793, 6.283185307179586, 1e22,
              single(1.5707963267948966), single(3.141592653589793), 16367173 * 2.0 ** 72]
ANGLES = both(TINY + NEAR_POLES) + [1e300, MOST, single(3e38)]
NEAR_STEPS = both(TINY + [0.49999999999999994, 4503599627370495.5, 2251799813685247.75, single(0.49999997), 8388607.5,
                          2097151.75])
OVERFLOWING = [709.78, 709.79, 88.5, 88.75]
UNDERFLOWING = [-708.5, -744.5, -745.25, -87.5, -103.5, -104.5]
TAILS = both([36.75, 40.25, 17.5, 709.5, 744.5, 745.25, 88.5, 103.5, 1e300]) + both(TINY)
ROOTS = TINY + HUGE

UNARY_POINTS = {
    "neg": both(TINY + HUGE), "add_const(0.75)": both(TINY + HUGE), "mul_const(-1.25)": both(TINY + HUGE),
    "div_const(1.75)": both(TINY + HUGE), "recip": both(TINY + HUGE), "abs": both(TINY + HUGE), "relu": both(TINY + HUGE),
    "one_minus_square": both(TINY + HUGE + BELOW_1 + ABOVE_1),
    "sqrt": ROOTS, "cbrt": both(ROOTS), "rsqrt": ROOTS,
    "exp": both(TINY) + OVERFLOWING + UNDERFLOWING, "exp_m1": both(TINY) + OVERFLOWING + UNDERFLOWING + both([36.75]),
    "exp2": both(TINY) + [1023.75, 1024.5, -1022.5, -1073.5, -1075.5, 127.75, -126.5, -148.5],
    "ln": ROOTS + BELOW_1 + ABOVE_1, "log2": ROOTS + BELOW_1 + ABOVE_1, "log10": ROOTS + BELOW_1 + ABOVE_1,
    "ln_1p": both(TINY) + HUGE + [-x for x in BELOW_1], "from_zero": ROOTS, "detach": both(TINY + HUGE),
    # The tangent has its pole there, and the C library's is off by 8 units.
    "sin": ANGLES, "cos": ANGLES, "tan": [x for x in ANGLES if abs(x) != NEAR_POLES[0]],
    "asin": both(TINY + BELOW_1), "acos": both(TINY + BELOW_1), "atan": both(TINY + HUGE),
    "sinh": both(TINY + [709.75, 710.25, 711.5, 89.0, 20.5]), "cosh": both(TINY + [709.75, 710.25, 711.5, 89.0, 20.5]),
    "tanh": both(TINY + [18.75, 19.25, 354.5, 372.5, 372.75, 9.25, 44.0, 52.25, 1e300]),
    "asinh": both(TINY + HUGE), "acosh": ABOVE_1 + HUGE, "atanh": both(TINY + BELOW_1),
    "signum": both(TINY + HUGE), "floor": NEAR_STEPS, "ceil": NEAR_STEPS, "trunc": NEAR_STEPS, "fract": NEAR_STEPS,
    "round": [x for x in NEAR_STEPS if abs(x) not in (4503599627370495.5, 8388607.5)],
    "powi(2)": both([1e-154, 1e-162, 1e154, 1e155, 2.0 ** -70, 2.0 ** 62]),
    "powi(3)": both([1e-102, 1e-107, 1e102, 1e103, 2.0 ** -45, 2.0 ** 42]),
    "powi(-2)": both([1e-154, 1e-155, 1e154, 1e160, 2.0 ** -60, 2.0 ** 70]),
    "powi(-1)": both([LEAST, 1e-310, NORMAL, 1e300, MOST]),
    "powi(64)": both([6.5e4, 1.0000152587890625, 2e-5]), "powi(-64)": both([6.5e4, 6.6e4, 1.0000152587890625, 2e-5]),
    "powf(0.1)": [LEAST, 1e-310, 1e-300, 1e-18, 1e18, 1e300, MOST],
    "powf(2.5)": [1e-130, 1e-123, 1e123, 1e124, 2.0 ** -50, 2.0 ** 45], "powf(-0.75)": [LEAST, 1e-300, 1e-176, 1e300, MOST],
    "powf(0.5)": ROOTS, "powf(10000000000)": [1.00000007, 1.0000000701, 0.99999993, 0.9999999259],
    "powf(-300.3)": [0.0951, 0.1, 9.9, 10.6], "powf(1e-300)": [LEAST, 1e300],
    "powf(1.0000000000000002)": [1e-300, 1e300],
    "sigmoid": TAILS, "log_sigmoid": TAILS, "softplus": TAILS, "silu": TAILS,
    "gelu": both(TINY + [8.25, 14.5, 37.25, 1e10]), "normal_cdf": both(TINY + [8.25, 14.5, 37.75, 38.25, 1e10]),
    "erf": both(TINY + [5.875, 9.25, 26.5, 27.25, 1e10]), "erfc": both(TINY + [5.875, 9.25, 26.5, 27.0, 1e10]),
    "ln_gamma": both(TINY) + [1e18, 1e300, 2.5e305, 171.625, single(1e30)] + BELOW_1 + ABOVE_1 + [
        2 - EPSILON, 2 + 2 * EPSILON],
    "polygamma(0)": both(TINY) + HUGE + [-1 + EPSILON / 2, -1 - 2.0 ** -23, -100000.25],
    "polygamma(1)": both(TINY) + HUGE + [-1 + EPSILON / 2, -1 - 2.0 ** -23, -100000.25],
    "polygamma(2)": both([1e-103, 1e-102, 2.0 ** -40]) + [1e103, 1e154, 1e18],
    "polygamma(5)": both([1e-54, 2.0 ** -20]) + [1e50, 1e18, 1e60],
}

MIXED = [(1e300, 1e-300), (-1e-300, 1e300), (LEAST, LEAST), (1e-310, 3e-310), (MOST, 1e300), (1e308, -1e308),
         (2.0 ** -149, 2.0 ** -148), (2.0 ** 127, 2.0 ** 126), (2.0 ** 100, 2.0 ** -100)]

BINARY_POINTS = {
    "add": MIXED, "sub": MIXED, "mul": MIXED + [(1e154, 1e154), (1e-160, 1e-160), (LEAST, 0.75)],
    "div": MIXED + [(1e300, 1e-5), (LEAST, 2.5), (3.0, MOST), (1e-200, 1e-150), (1e200, 1e300), (1e-310, 1e-5)],
    "rem": [(1e300, 7.0), (1e300, 7e-300), (5.5e-320, 2e-320), (1e18, 7.5), (MOST, 1e-5), (-1e-300, 1e300),
            (2.0 ** 100, 7.0), (-2.0 ** -130, 3 * 2.0 ** -149)],
    "pow": [(1e-300, 0.5), (1e300, -0.5), (1 + EPSILON, 1e18), (1 - EPSILON / 2, 1e18), (LEAST, 0.25), (2.0, 1023.5),
            (2.0, -1074.0), (0.5, 1073.5), (10.0, 308.25), (1e300, 1e-300), (1e-5, 62.0), (1e-5, 64.5), (1e300, 0.1),
            (1e-300, 0.1), (LEAST, 0.1), (MOST, -0.9), (1e-308, 1.0), (1e200, 1.5), (1e200, 1.55), (2.0, 127.5),
            (2.0, -148.5), (2.0 ** 100, 1.25), (1.5, 1e-300), (1e300, 1e-16)],
    "log": [(1e300, 2.0), (2.0, 1e300), (1 + EPSILON, 2.0), (2.0, 1 + EPSILON), (1e-300, 1e300), (LEAST, 10.0),
            (MOST, LEAST), (0.75, 1e-310), (2.0 ** 127, 1 + 2.0 ** -23)],
    "hypot": [(x, y) for x, y in MIXED if abs(x) != MOST] + [
        (3e-320, 4e-320), (1e-320, 1e-320), (-LEAST, 3e-323), (MOST, MOST), (1e154, -1e154), (1e-162, 1e-162),
        (3 * 2.0 ** -149, 4 * 2.0 ** -149), (2.0 ** -149, 2.0 ** -149)],
    "atan2": MIXED + [(3e-320, 4e-320), (LEAST, 1e300), (1e300, LEAST), (1e308, 1e308), (1e-300, -1e300), (1e-155, 2e-155),
              (1e155, 1e154), (3e-308, 1e300), (LEAST, -3e-310)],
    "max": MIXED, "min": MIXED, "copysign": MIXED,
    "xlogy": [(1e300, 1e-300), (1e-300, 1e300), (LEAST, LEAST), (MOST, 1 + EPSILON), (1e-310, 1 - EPSILON / 2),
              (1e305, 1e300), (-1e300, MOST), (2.0 ** -149, 2.0 ** 127), (2.0 ** 127, 2.0 ** -149)],
    "logaddexp": [(1e308, 1e308), (-1e308, 1e308), (-1e308, -1e308), (745.0, 0.0), (0.0, -744.5), (-709.5, -744.5),
                  (1e-300, -1e-300), (LEAST, LEAST), (1e300, 1.0000000000000002e300), (-103.5, 0.0),
                  (2.0 ** 127, 2.0 ** 127), (36.75, 0.0), (-1e-310, -40.25)],
}

WIDE = [[1e300, -1e300, 1e-300], [LEAST, 1e-310, -1e-310], [2.0 ** 127, 2.0 ** -149], [1e308, 5e307, -1e308, MOST]]

NARY_POINTS = {
    "sum": WIDE[:3],
    "dot": [[1e300, 1e-300, 1e-300, 1e300], [LEAST, 1e-310, 2.0, 0.75], [2.0 ** 100, 2.0 ** -100, 2.0 ** 20, 1.0]],
    "product": WIDE + [
        [1e300, 1e300, 1e-300, 1e-300], [1e-300, 1e-300, 1e300], [1e-200, 1e-200, 1e-200, 1e300, 1e300],
        [1e200, 1e200, 1e-150, 1e-310], [LEAST, LEAST, 1e308, 1e308], [1e-200, 1e-200, 1e300, 2.0],
        [1e200, 1e200, 1e-300, 2.0], [2.0 ** 100] * 3 + [2.0 ** -110] * 3, [2.0 ** -100] * 2 + [2.0 ** 110, 2.0]],
    "norm": WIDE[:3] + [[MOST, MOST, MOST], [1e-320, 1e-320], [LEAST, LEAST, LEAST], [1e-310, 3e-310, 2e-310],
                    [1e154, 1e154, 1e154], [1e-162, -1e-162], [2.0 ** -149] * 3, [2.0 ** 127] * 4, [1e-154, 1e-154, 1e154]],
    "logsumexp": [[1e308, 1e308], [-1e308, -1e308, -1e308], [1e308, -1e308], [745.0, 0.0, -745.0], [-709.5, -744.5],
                  [1e-300, -1e-300, LEAST], [2.0 ** 127, 2.0 ** 127], [103.5, 0.0], [1e300], [36.75, 0.0, -36.75]],
    "mul_add": [[1e300, 1e-300, -1.0], [LEAST, 0.5, LEAST], [1e200, 1e-100, -1e100], [MOST, 2.0, -MOST],
                [2.0 ** 100, 2.0 ** 20, 1.0], [1 + EPSILON, 1 - EPSILON / 2, -1.0]],
    "clamp": [[1e300, -LEAST, 1e-310], [-1e300, -LEAST, LEAST], [1e-310, LEAST, MOST],
              [2.0 ** -149, -(2.0 ** 127), 2.0 ** -140]],
    "select": [[LEAST, 1e300, -1e300], [-LEAST, 1e300, -1e300], [1e-310, LEAST, MOST], [2.0 ** -149, 2.0 ** 127, -1.0]],
}

# Values in which the standard library loses digits to cancellation, or overflows on the way.
INEXACT = {("acosh", x) for x in ABOVE_1} | {("atanh", x) for x in both(BELOW_1)}
INEXACT |= {(gate, x) for gate in ("asinh", "acosh") for x in both([MOST, single(3.4028234663852886e38)])}
INEXACT |= {("powi(-2)", x) for x in both([1e160, 2.0 ** 70])} | {("powi(-64)", x) for x in both([6.6e4])}


def is_stated(gate, floats):
    """A product is multiplied from left to right, whatever overflows or underflows on the way."""
    return gate != "product" and (gate, floats[0]) not in INEXACT


def points():
    for gate, floats in UNARY_POINTS.items():
        yield from ((gate, [x]) for x in floats)
    for gate, pairs in BINARY_POINTS.items():
        yield from ((gate, list(pair)) for pair in pairs)
    for gate, tuples in NARY_POINTS.items():
        yield from ((gate, list(floats)) for floats in tuples)


def text(numbers):
    """The nearest doubles."""
    return " ".join(repr(float(x)).removesuffix(".0") for x in numbers)


def main():
    print("# Written by extreme.py. Columns: gate; its inputs; value; partials, one an input.")
    print("gate,at,value,partials")
    for gate, floats in points():
        name, _, constant = gate.rstrip(")").partition("(")
        mp.dps = digits(name, floats)
        f, at = of_gate(name, float(constant) if constant else None), [mpf(x) for x in floats]
        first = [partial(f, at, i) for i in range(len(at))]
        value = text([f(*at)]) if is_stated(gate, floats) else ""
        print(",".join([gate, text(floats), value, text(first)]))


if __name__ == "__main__":
    main()
