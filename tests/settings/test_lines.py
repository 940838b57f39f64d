"""The line of a key is found in tables, in dotted keys and in tables that stand in one line."""

import pytest

from figgen.settings.lines import line_of

TEXT = """# boxes = 1
chapters = [
  "a",
]
title = {sk = "T", en = "T"}
credit.sk = "x = y"

[boxes.theorem]
label = "Theorem"
[boxes . "proof"]
label = "Proof"
[theme.fonts]
text = "A"
"""


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("chapters",), 2),
        (("title", "en"), 5),
        (("credit", "sk"), 6),
        (("boxes", "theorem"), 8),
        (("boxes", "proof"), 10),
        (("theme",), 12),
        (("x",), None),
        (("missing",), None),
    ],
)
def test_a_key_has_its_line(keys: tuple[str, ...], line: int | None) -> None:
    assert line_of(TEXT, *keys) == line
