"""The gates of the table as their mathematical definitions and nothing else, and their derivatives by mpmath."""

from mpmath import mp, mpf


def fmod(a, b):
    q = a / b
    return a - b * (mp.floor(q) if q >= 0 else mp.ceil(q))


def round_half_away(x):
    return mp.sign(x) * mp.floor(abs(x) + mpf(1) / 2)


def trunc(x):
    return mp.floor(x) if x >= 0 else mp.ceil(x)


def detach(x):
    """A number without a derivative, which `partial` knows: none of its values says so."""
    return x


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
    "from_zero": lambda x: x,
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
    "detach": detach,
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


def of_gate(gate, constant):
    if gate in UNARY:
        f = UNARY[gate]
        return f if constant is None else lambda x: f(x, mpf(constant))
    return BINARY.get(gate) or NARY[gate]


def partial(f, at, *wrt):
    if f is detach:
        return mpf(0)
    orders = [0] * len(at)
    for i in wrt:
        orders[i] += 1
    return mp.diff(f, tuple(at), tuple(orders)) if len(at) > 1 else mp.diff(f, at[0], len(wrt))


def digits(gate, at):
    """Enough digits for differences of numbers whose exponents lie as far apart as a double's."""
    ordinary = all(1e-30 < abs(x) < 1e12 for x in at)
    if gate in ("ln_gamma", "polygamma"):
        return 120 if ordinary else 700
    return 1700 if gate in ("product", "rem") else 900
