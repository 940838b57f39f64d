"""Language tags, such as `sk`, `de-AT` or `zh-Hant`: which are well-formed, and which inherit from which.

Reference: BCP 47 (RFC 5646); inheritance, scripts and regions are those of CLDR.
"""

import re
from collections.abc import Mapping
from functools import cache

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"  # variants
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?",  # private use
    re.IGNORECASE,
)
_FROM_THE_RIGHT = frozenset(
    {"Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}
)  # scriptMetadata of CLDR 48


def wrong_with(tag: str) -> str:
    """Say why `tag` is no language tag, and which one may be meant; empty if it is one as it is usual."""
    if _TAG.fullmatch(tag) and not _shorter(tag):
        usual = canonical(tag)
        return "" if tag == usual else f"{tag!r} is written {usual} as a language tag (BCP 47)"
    meant = _meant(tag)
    hint = f"did you mean {meant}?" if meant else "write one such as de, pt-BR or zh-Hant"
    return f"{tag!r} is no language tag (BCP 47); {hint}"


def canonical(tag: str) -> str:
    """Write a tag as is usual: `de-AT`, `zh-Hant-TW`."""
    first, *others = tag.lower().split("-")
    cased = {2: str.upper, 4: str.title}
    plain = next((i for i, part in enumerate(others) if len(part) == 1), len(others))  # extensions follow
    subtags = (cased.get(len(part), str)(part) for part in others[:plain])
    return "-".join([first, *subtags, *others[plain:]])


@cache
def chain(tag: str) -> tuple[str, ...]:
    """Return a tag and those that it inherits from, the nearest first: `es-MX`, `es-419`, `es`."""
    found = [canonical(tag)]
    while parent := _parent(found[-1]):
        found.append(parent)
    return tuple(found)


def inherits(tag: str, other: str) -> bool:
    """Tell whether one of two tags inherits from the other: whoever reads one reads the other."""
    return canonical(other) in chain(tag) or canonical(tag) in chain(other)


def direction(tag: str) -> str:
    """Return `rtl` if the language is written from the right, or else `ltr`."""
    return "rtl" if _likely(canonical(tag))[1] in _FROM_THE_RIGHT else "ltr"


def language_of(tag: str) -> str:
    """Return the language without script and region: `de`."""
    return canonical(tag).partition("-")[0]


def region_of(tag: str) -> str:
    """Return the region that a tag names, `AT`, or an empty text."""
    match = _TAG.fullmatch(tag)
    return (match["region"] or "").upper() if match else ""


def with_region(tag: str) -> str:
    """Return a tag that names a region: `sk-SK` for `sk`."""
    language, _, region = _likely(canonical(tag))
    return canonical(tag) if region_of(tag) or not region else f"{language}-{region}"


def name_of(tag: str) -> str:
    """Return what English calls a language, or an empty text for one that CLDR does not name."""
    from babel import Locale

    names: Mapping[str, str] = Locale("en").languages
    known = (t.replace("-", "_") for t in (*chain(tag), language_of(tag)))
    return next((names[t] for t in known if t in names), "")


def _meant(text: str) -> str:
    """Return the tag that a text may be a misspelling of: `de_AT`, `german`, `en_US.UTF-8`."""
    from babel import Locale

    tag = text.partition(".")[0].strip().replace("_", "-")
    if _TAG.fullmatch(tag):
        language, dash, others = canonical(tag).partition("-")
        return f"{_shorter(tag) or language}{dash}{others}"
    codes: dict[str, str] = {name.lower(): code for code, name in Locale("en").languages.items()}
    return codes.get(text.strip().lower(), "").replace("_", "-")


def _shorter(tag: str) -> str:
    """Return the two letters of a language that a tag names by three, which has them: `de` of `deu`."""
    from babel.core import get_global

    language = language_of(tag)
    alias: str = get_global("language_aliases").get(language, "")
    return alias if len(language) == 3 and len(alias) == 2 else ""


def _parent(tag: str) -> str:
    """Return what a tag inherits from directly, or an empty text."""
    from babel.core import get_global

    exception: str | None = get_global("parent_exceptions").get(tag.replace("-", "_"))
    if exception:
        return "" if exception == "root" else exception.replace("_", "-")
    shorter = re.sub(r"(-[^-])?-[^-]+$", "", tag) if "-" in tag else ""
    _, script, _ = _likely(tag)
    if shorter and "-" not in shorter and script != _likely(shorter)[1]:
        longer = f"{shorter}-{script}"
        return longer if longer != tag else ""
    return shorter


@cache
def _likely(tag: str) -> tuple[str, str, str]:
    """Return language, script and region of a tag, those that it does not name by what is likely."""
    from babel.core import get_global

    match = _TAG.fullmatch(tag)
    language, script, region = match.group("language", "script", "region") if match else (tag, None, None)
    subtags = get_global("likely_subtags")
    for known in (f"{language}_{script}_{region}", f"{language}_{region}", f"{language}_{script}", language):
        if known in subtags:
            _, likely_script, likely_region = subtags[known].split("_")[:3]
            return language, script or likely_script, region or likely_region
    return language, script or "", region or ""
