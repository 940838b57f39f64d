"""What speech calls the symbols of formulas: English messages, which the catalogues translate."""

from collections.abc import Mapping

RELATIONS: Mapping[str, str] = {
    "=": "equals",
    "≠": "is not equal to",
    "≈": "approximately equals",
    "≡": "is identical to",
    "<": "is less than",
    ">": "is greater than",
    "≤": "is at most",
    "≥": "is at least",
    "≪": "is much less than",
    "≫": "is much greater than",
    "∼": "is distributed as",
    "∝": "is proportional to",
    "∈": "in",
    "∉": "not in",
    "⊂": "is a subset of",
    "⊆": "is a subset of or equals",
    "→": "goes to",
    "←": "becomes",
    "↦": "is mapped to",
    "⇒": "implies",
    "⇔": "if and only if",
}
"""What stands between two sides of a formula."""

OPERATORS: Mapping[str, str] = {
    "∪": "union",
    "∩": "intersection",
    "\\": "without",
    "∧": "and",
    "∨": "or",
    "+": "plus",
    "−": "minus",
    "-": "minus",
    "±": "plus or minus",
    "∓": "minus or plus",
    "·": "times",
    "⋅": "times",
    "×": "times",
    "/": "over",
    "*": "star",
    "⋆": "star",
    "⊙": "elementwise times",
    "∘": "composed with",
    "⊗": "tensor product with",
    "∣": "given",
    "|": "given",
}
"""What stands between two operands, or before one."""

UNARY: Mapping[str, str] = {"·": "dot", "⋅": "dot", "∼": "about"}
"""What an operator is called that lacks an operand, as in max(0, ·)."""

PREFIXES: Mapping[str, str] = {
    "∂": "partial",
    "¬": "not",
    "∀": "for all",
    "∃": "there is",
}

SIGNS: Mapping[str, str] = {
    "∞": "infinity",
    "∅": "the empty set",
    "⊤": "top",
    "%": "percent",
    "…": "and so on",
    "⋯": "and so on",
    "⋮": "and so on",
    "⋱": "and so on",
    "!": "factorial",
}

PUNCTUATION = frozenset(",;:.?")
SILENT = frozenset("\u2061\u2062\u2063\u2064")  # apply, times, separate, add: all invisible

BIG_OPERATORS: Mapping[str, str] = {
    "∑": "the sum",
    "∏": "the product",
    "∫": "the integral",
}

FUNCTIONS: Mapping[str, str] = {
    "max": "the maximum",
    "min": "the minimum",
    "sup": "the supremum",
    "inf": "the infimum",
    "arg": "the argument",
    "arg max": "the argument of the maximum",
    "arg min": "the argument of the minimum",
    "lim": "the limit",
    "log": "the logarithm",
    "ln": "the natural logarithm",
    "exp": "the exponential",
    "sin": "the sine",
    "cos": "the cosine",
    "tanh": "the hyperbolic tangent",
    "sign": "the sign",
    "det": "the determinant",
    "Var": "the variance",
    "Cov": "the covariance",
    "𝔼": "the expected value",
    "𝟙": "the indicator",
    "∇": "the gradient",
}
"""Functions that have a word; any other name of several letters is called as it is written."""

INDEXED: Mapping[str, str] = {
    "lim": "{operator} as {index}",
    "log": "{operator} to base {index}",
    "∇": "{operator} with respect to {index}",
}
"""What the index of some functions means; of the others, over what they are taken."""

FUNCTION_LETTERS = frozenset("fgF")
"""A letter before brackets may be a factor or a function; these are functions, whatever the brackets hold."""

BRACKETS: Mapping[str, str] = {
    "(": "open parenthesis",
    ")": "close parenthesis",
    "[": "open bracket",
    "]": "close bracket",
    "{": "open brace",
    "}": "close brace",
    "⟨": "open angle bracket",
    "⟩": "close angle bracket",
    "⌊": "floor of",
    "⌋": "end floor",
    "⌈": "ceiling of",
    "⌉": "end ceiling",
}
OPENING, CLOSING = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")

BARS: Mapping[str, tuple[str, str]] = {
    "|": ("the absolute value of", "end absolute value"),
    "‖": ("the norm of", "end norm"),
}

POWERS: Mapping[str, str] = {
    "2": "{base} squared",
    "3": "{base} cubed",
    "⊤": "{base} transposed",
    "*": "{base} star",
}

PRIMES: Mapping[str, str] = {
    "′": "{base} prime",
    "″": "{base} double prime",
    "‴": "{base} triple prime",
}

ACCENTS: Mapping[str, str] = {
    "\u0302": "{base} hat",
    "\u0303": "{base} tilde",
    "\u0307": "{base} dot",
    "\u0308": "{base} double dot",
    "\u203e": "{base} bar",
    "¯": "{base} bar",
    "→": "vector {base}",
    "⏞": "{base} braced",
    "⏟": "{base} braced",
}

GREEK: Mapping[str, str] = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "ι": "iota",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ν": "nu",
    "ξ": "xi",
    "ο": "omicron",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "υ": "upsilon",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
}
