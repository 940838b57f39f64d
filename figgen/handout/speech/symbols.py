"""What speech calls the symbols of formulas: English messages, which the catalogues translate."""

from collections.abc import Mapping

RELATIONS: Mapping[str, str] = {
    "=": "equals",
    "≠": "is not equal to",
    ":=": "is defined as",
    "≈": "approximately equals",
    "≃": "is asymptotically equal to",
    "≅": "is congruent to",
    "≡": "is identical to",
    "<": "is less than",
    ">": "is greater than",
    "≤": "is at most",
    "≥": "is at least",
    "≪": "is much less than",
    "≫": "is much greater than",
    "≲": "is at most about",
    "≳": "is at least about",
    "≺": "precedes",
    "≻": "succeeds",
    "⪯": "precedes or equals",
    "⪰": "succeeds or equals",
    "∼": "is distributed as",
    "∝": "is proportional to",
    "⟂": "is perpendicular to",
    "⫫": "is independent of",
    "‖": "is parallel to",
    "∈": "in",
    "∉": "not in",
    "∋": "contains",
    "⊂": "is a subset of",
    "⊄": "is not a subset of",
    "⊆": "is a subset of or equals",
    "⊊": "is a proper subset of",
    "⊃": "is a superset of",
    "⊇": "is a superset of or equals",
    "→": "goes to",
    "←": "becomes",
    "↔": "corresponds to",
    "↦": "is mapped to",
    "⇌": "is in equilibrium with",
    "⇒": "implies",
    "⇐": "is implied by",
    "⇔": "if and only if",
    "⊢": "proves",
    "⊨": "entails",
    "∤": "does not divide",
    "∴": "therefore",
    "∵": "because",
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
    "•": "bullet",
    "⊙": "elementwise times",
    "⊛": "circularly convolved with",
    "∘": "composed with",
    "⊗": "tensor product with",
    "⊕": "circled plus",
    "⊖": "circled minus",
    "⊘": "circled divided by",
    "∣": "given",
    "|": "given",
    "mod": "modulo",
}
"""What stands between two operands, or before one."""

UNARY: Mapping[str, str] = {
    "·": "dot",
    "⋅": "dot",
    "∼": "about",
    "∘": "circle",
    "⟂": "perp",
    "‖": "parallel",
    "!": "exclamation mark",
    "?": "question mark",
}
"""What a symbol is called that lacks an operand, as in max(0, ·)."""

PREFIXES: Mapping[str, str] = {
    "∂": "partial",
    "¬": "not",
    "∀": "for all",
    "∃": "there is",
    "∃!": "there is exactly one",
    "∄": "there is no",
    "∠": "angle",
    "△": "triangle",
    "↑": "up",
    "↓": "down",
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
    "ℵ": "aleph",
    "†": "dagger",
}
DOTS = frozenset("…⋯⋮⋱")

COMPOSED: Mapping[str, tuple[str, str]] = {
    "ħ": ("{base} bar", "h"),
    "°": ("{base} degrees", ""),
}
"""Signs that are said as a base with a mark."""

PUNCTUATION = frozenset(",;:.?")
SILENT = "\u2061\u2062\u2063\u2064"  # apply, times, separate, add: all invisible

BIG_OPERATORS: Mapping[str, str] = {
    "∑": "the sum",
    "∏": "the product",
    "∫": "the integral",
    "∬": "the double integral",
    "∭": "the triple integral",
    "∮": "the contour integral",
    "⋃": "the union",
    "⋂": "the intersection",
    "⨁": "the direct sum",
    "⋀": "the conjunction",
    "⋁": "the disjunction",
    "⨆": "the disjoint union",
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
    "lim sup": "the limit superior",
    "lim inf": "the limit inferior",
    "log": "the logarithm",
    "ln": "the natural logarithm",
    "exp": "the exponential",
    "sin": "the sine",
    "cos": "the cosine",
    "tan": "the tangent",
    "cot": "the cotangent",
    "arcsin": "the arcsine",
    "arccos": "the arccosine",
    "arctan": "the arctangent",
    "sinh": "the hyperbolic sine",
    "cosh": "the hyperbolic cosine",
    "tanh": "the hyperbolic tangent",
    "sign": "the sign",
    "det": "the determinant",
    "dim": "the dimension",
    "ker": "the kernel",
    "tr": "the trace",
    "gcd": "the greatest common divisor",
    "Re": "the real part",
    "Im": "the imaginary part",
    "Pr": "the probability",
    "Var": "the variance",
    "Cov": "the covariance",
    "𝔼": "the expected value",
    "𝟙": "the indicator",
    "∇": "the gradient",
    "∇⋅": "the divergence",
    "∇×": "the curl",
}
"""Functions that have a word; any other name of several letters is called as it is written."""

INDEXED: Mapping[str, str] = {
    "lim": "{operator} as {index}",
    "lim sup": "{operator} as {index}",
    "lim inf": "{operator} as {index}",
    "log": "{operator} to base {index}",
    "∇": "{operator} with respect to {index}",
}
"""What the index of some functions means; of the others, over what they are taken."""

LIMITS = frozenset({"lim", "lim sup", "lim inf"})

FUNCTION_LETTERS = frozenset("fgFU")
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
    "\u030c": "{base} check",
    "\u203e": "{base} bar",
    "¯": "{base} bar",
    "_": "{base} underlined",
    "→": "vector {base}",
    "\u20d6": "{base} with an arrow to the left",
    "←": "{base} with an arrow to the left",
    "\u20e1": "{base} with an arrow to both sides",
    "↔": "{base} with an arrow to both sides",
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

TWINS: Mapping[str, str] = {
    "⟶": "→",
    "⟵": "←",
    "⟷": "↔",
    "⟼": "↦",
    "⟹": "⇒",
    "⟸": "⇐",
    "⟺": "⇔",
    "≔": ":=",
    "≜": ":=",
    "≝": ":=",
    "≼": "⪯",
    "≽": "⪰",
    "⊥": "⟂",
    "∥": "‖",
    "∖": "\\",
    "∗": "*",
    "⌀": "∅",
    "ℏ": "ħ",
    "ı": "i",
    "ȷ": "j",
    "ℙ": "Pr",
    "ℜ": "Re",
    "ℑ": "Im",
    "Tr": "tr",
    "limsup": "lim sup",
    "liminf": "lim inf",
}
"""Symbols and names that are said as another is."""

COMPOUNDS: Mapping[tuple[str, ...], str] = {
    ("∃", "!"): "∃!",
    ("⟂", "⟂"): "⫫",
    ("∘", "−", "•"): "↔",
    ("•", "−", "∘"): "↔",
    ("∇", "⋅"): "∇⋅",
    ("∇", "·"): "∇⋅",
    ("∇", "×"): "∇×",
}
"""Symbols that mean something else side by side than each alone."""
