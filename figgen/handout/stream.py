"""Pictures that are much alike in few bytes: by what each changes in the first, compressed together.

A page undoes it with what every browser has; see `handout.js`.
"""

import base64
import json
import re
import zlib
from collections.abc import Sequence
from difflib import SequenceMatcher

_ELEMENT = re.compile(r"[^>]*>|[^>]+\Z")

Changes = list[int | str]
"""How one picture comes from another: how many elements to keep or (negative) leave out; what to put in."""


def pack_alike(first: str, others: Sequence[str]) -> str:
    """Return a text from which a page that has the first picture unpacks the others."""
    changes = json.dumps([_changes(first, other) for other in others], separators=(",", ":"))
    return base64.b64encode(zlib.compress(changes.encode(), 9)).decode()


def unpack_alike(first: str, packed: str) -> list[str]:
    """Return the others, as a page does."""
    changes = json.loads(zlib.decompress(base64.b64decode(packed)))
    return [_changed(first, each) for each in changes]


def _changes(old: str, new: str) -> Changes:
    before, after = _ELEMENT.findall(old), _ELEMENT.findall(new)
    changes: Changes = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(j - i)
            continue
        changes += [i - j] if j > i else []
        changes += ["".join(after[k:m])] if m > k else []
    return changes


def _changed(old: str, changes: Changes) -> str:
    elements, at, new = _ELEMENT.findall(old), 0, ""
    for change in changes:
        if isinstance(change, str):
            new += change
            continue
        if change > 0:
            new += "".join(elements[at : at + change])
        at += abs(change)
    return new
