"""Braces in chapters: names of headings, TeX and code stay; what is Jinja is found, or told."""

from collections.abc import Callable

import pytest

from figgen.errors import SourceError
from figgen.handout.braces import RAW
from figgen.handout.prose import Prose

Write = Callable[..., Prose]


NAMES = "there are: claims, figure, measured, params, ref, result, statements"
UNKNOWN = f"unknown name 'x'; {NAMES}"


@pytest.mark.parametrize(
    "text",
    [
        "# A {#sec-a}\n\nText about $\\{1\\}$ {x #} y.",
        "# A {#a .b c=d}\n\n## B {#b}",
        "\\newcommand{\\F}[1]{u_{#1}} \\newcommand{\\G}[2]{{#1}_{#2}} {#1^{2}}",
        "int a[2][2] = {{1,2},{3,4}}; int b[1][1] = {{0}};",
        "$e^{{2}}$ {{}} }} {{",
    ],
)
def test_what_is_no_jinja_stays_as_it_is(write: Write, text: str) -> None:
    assert write(text).sources[0].markdown == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a{# no {{ x }} #}b", "ab"),
        ("a {#- no -#} b", "ab"),
        ("a{#\nno\n#}b", "ab"),
        ("{{params.demo.layers}}", "10"),
        ("{{-params.demo.layers-}}", "10"),
        ("{{ {'a': {'b': 1}}['a']['b'] }}{{ '}}' }}", "1}}"),
        ("{% raw %}{{ x }} {# y #}{% endraw %}{{ 1.5 | num }}", "{{ x }} {# y #}1,5"),
        ("$e^{{{ params.demo.layers }}}$", "$e^{10}$"),
        ("{% set x = {'a': {}} %}{{ x.a | length }}{#sec-x}", "0{#sec-x}"),
    ],
)
def test_jinja_is_still_read(write: Write, text: str, expected: str) -> None:
    assert write(text).sources[0].markdown == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$e^{{-x}}$", f"{UNKNOWN}; {RAW}"),
        ("{{ x }}", UNKNOWN),
        ("{{ 1 +* 2 }}", f"Jinja: unexpected '*'; {RAW}"),
        ("{%d}", None),
        (
            "{#comment#}",
            "this is no name, as {#name} is; a comment has a space after {#, as in {# … #}",
        ),
        (
            "{#comment\nof two lines#}",
            "this is no name, as {#name} is; a comment has a space after {#, as in {# … #}",
        ),
    ],
)
def test_what_may_be_meant_otherwise_is_told_with_its_line(
    write: Write, text: str, message: str | None
) -> None:
    with pytest.raises(SourceError) as caught:
        write(f"# A\n\n{text}")
    (problem,) = caught.value.problems
    assert problem.line == 3
    if message is None:
        assert problem.message.endswith(RAW)
    else:
        assert problem.message == message
