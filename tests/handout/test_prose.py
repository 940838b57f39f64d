"""Chapters become one text: values, evidence, numbered figures; all that is wrong is found at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from figgen.errors import SourceError
from figgen.experiment import Claim, at_most
from figgen.handout.braces import RAW
from figgen.handout.placeholders import fill_in
from figgen.handout.prose import Prose
from figgen.handout.vocabulary import told
from figgen.translation import Translator

Write = Callable[..., Prose]

CURVES = '{% call figure("curves", alt="a") %}c{% endcall %}'
NAMES = "there are: claims, figure, measured, params, ref, result, statements"
UNKNOWN = f"unknown name 'nothing'; {NAMES}"
DIGITS = "how many significant digits a number has is 1 or more, not"
PATHS = '{% call figure("paths", alt="a") %}c{% endcall %}'


def problems(write: Write, *texts: str, **options: object) -> list[tuple[str, int | None, str]]:
    """Return what is wrong with some chapters: name of the file, line, message."""
    with pytest.raises(SourceError) as caught:
        write(*texts, **options)
    return [(p.path.name.partition(".")[0], p.line, p.message) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("expression", "in_slovak", "in_english"),
    [
        ("result.demo.slope | num", "4,54\u00a0·\u00a010⁻⁵", "4.54\u00a0×\u00a010⁻⁵"),
        ("result.demo.stds[2] | num(2)", "0,12", "0.12"),
        ("result.demo.stds[0] | percent", "50\u00a0%", "50%"),
        ("'2026-11-27' | date", "27. novembra 2026", "November 27, 2026"),
        ("result.demo.day | date", "24. augusta 2016", "August 24, 2016"),
        ("params.demo.layers | num", "10", "10"),
        ("result.demo.width[0] | num", "4\u00a0096", "4,096"),
        ('measured("demo", "fast") | num', "2,1", "2.1"),
        ("result.demo.slope", "4,54\u00a0·\u00a010⁻⁵", "4.54\u00a0×\u00a010⁻⁵"),
        ("0.1 + 0.2", "0,30000000000000004", "0.30000000000000004"),
        ("-12345.25", "−12\u00a0345,25", "−12,345.25"),
        ("params.demo.layers", "10", "10"),
        ("result.demo.slope | string", "4.54e-05", "4.54e-05"),
    ],
)
def test_numbers_are_written_in_the_readers_language(
    write: Write, expression: str, in_slovak: str, in_english: str
) -> None:
    text = f"# A\n{{{{ {expression} }}}}"
    assert write(text).sources[0].markdown == f"# A\n{in_slovak}"
    assert write(text, tr=Translator("en")).sources[0].markdown == f"# A\n{in_english}"


def test_figures_are_numbered_in_order_of_appearance_over_all_chapters(write: Write) -> None:
    prose = write(f'{{{{ ref("curves") }}}}\n\n{PATHS}', f'{CURVES}\n\n{{{{ ref("paths") }}}}', show=False)
    assert prose.figures == ("paths", "curves")
    first, second = (fill_in(source.markdown, prose.numbers) for source in prose.sources)
    assert "[obr.\u00a02](#fig-curves)" in first
    assert "**Obrázok\u00a01.** c" in first
    assert "**Obrázok\u00a02.** c" in second
    assert "[obr.\u00a01](#fig-paths)" in second


def test_claims_show_statement_value_bound_and_verdict(write: Write) -> None:
    markdown = write('{{ claims("demo") }}').sources[0].markdown
    assert markdown == (
        "::: evidence\n"
        '- [✓]{.holds role="img" aria-label="platí"} '
        "Derivácia je 4,54\u00a0·\u00a010⁻⁵, kde \\|x\\| \\> \\*9\\*. [má byť ≤ 10⁻⁴]{.bound}\n"
        "- [✗ neplatí]{.fails} ReLU je 2,1-krát rýchlejšie. [má byť ≥ 6]{.bound}\n\n"
        "::: reproduce\nZopakovať meranie: `figgen show demo`\n:::\n"
        ":::"
    )


def test_of_an_illustration_no_evidence_is_shown_and_no_table(write: Write) -> None:
    markdown = write('A\n{{ claims("demo") }}\n{{ statements("second") }}\nB', claims=()).sources[0].markdown
    assert markdown.split() == ["A", "B"]


def test_only_the_named_claims_are_shown(write: Write) -> None:
    markdown = write('{{ claims("demo", "fast") }}').markdown
    assert "ReLU" in markdown
    assert "Deriv" not in markdown


def test_a_chapters_statements_stand_in_a_table_with_value_bound_and_figure(write: Write) -> None:
    prose = write('{{ statements("second") }}')
    lines = fill_in(prose.sources[0].markdown, prose.numbers).splitlines()
    assert lines[0] == "| Tvrdenie | Namerané | Medza | Obrázok |"
    assert set(lines[1]) == set("| :-")
    assert lines[2:] == [
        "| Derivácia je …, kde \\|x\\| \\> \\*9\\*. "
        "*(platí; širšie tvrdenie snímok len vtedy, ak x je \\*ďaleko\\*)* "
        "| 4,54\u00a0·\u00a010⁻⁵ | ≤ 10⁻⁴ | [obr.\u00a01](#fig-curves) |",
        "| ReLU je …-krát rýchlejšie. | 2,1 [✗ neplatí]{.fails} | ≥ 6 | [obr.\u00a02](#fig-paths) |",
    ]


def test_formulas_in_statements_stay_formulas() -> None:
    assert told("It is $2^{1-D}$ of *all*, or $5 of $9.") == "It is $2^{1-D}$ of \\*all\\*, or \\$5 of \\$9."


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("result.demo.slop | num", "unknown value 'slop'; did you mean slope?"),
        ("result.dmo.slope | num", "unknown experiment 'dmo'; did you mean demo?"),
        ("result.dmo.slope[3].more", "unknown experiment 'dmo'; did you mean demo?"),
        ("result.demo.stds[7] | percent", "numpy.ndarray object has no element 7"),
        ("'27. 11.' | date", "this is not a date, such as 2026-11-27: '27. 11.'"),
        ("reslt", "unknown name 'reslt'; did you mean result or ref?"),
        ("reslt.demo.slope + 1", "unknown name 'reslt'; did you mean result or ref?"),
        ('clams("demo")', "unknown name 'clams'; did you mean claims or params?"),
        ("result.demo.slope | numm", "unknown filter 'numm'; did you mean num or sum?"),
        ("result.demo.slope | num(0)", f"{DIGITS} 0; a whole number is {{{{ … | round | int | num }}}}"),
        ("1.5 | percent('2')", f"{DIGITS} '2'; a whole number is {{{{ … | round | int | num }}}}"),
        ('ref("curve")', "unknown figure 'curve'; did you mean curves?"),
        ('claims("deno")', "unknown experiment 'deno'; did you mean demo?"),
        ('statements("secnd")', "unknown chapter 'secnd'; did you mean second?"),
        ('claims("demo", "fst")', "unknown claim 'fst'; did you mean fast?"),
        ('measured("demo", "tine") | num', "unknown claim 'tine'; did you mean tiny?"),
        ('measured("deno", "tiny") | num', "unknown experiment 'deno'; did you mean demo?"),
        ('"many" | num', "this is not a number: 'many'"),
        (
            "result.demo.stds | num",
            "this is not a number but an array of shape (3,); choose one of its numbers, such as [0]",
        ),
        ("result.demo.slop + 1", "unknown value 'slop'; did you mean slope?"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_mistake_is_reported_with_its_line(write: Write, expression: str, message: str) -> None:
    text = f"{CURVES}\n\n{PATHS}\n\nvalue:\n{{{{\n {expression} }}}}\n"
    ((path, line, found),) = problems(write, text, show=False)
    assert (path, found) == ("first", message)
    assert line in {6, 7}


CALL = "write {% call figure('curves', alt=…) %}caption{% endcall %}"


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        (CURVES.replace("curves", "curve"), "unknown figure 'curve'; did you mean curves?"),
        (CURVES.replace(', alt="a"', ""), f"the figure 'curves' has no alternative text; {CALL}"),
        ('{{ figure("curves", alt="a") }}', f"the figure 'curves' has no caption; {CALL}"),
        (
            f"{CURVES}\n{CURVES}",
            "the figure 'curves' is shown twice; to speak of it again, write {{ ref('curves') }}",
        ),
        (CURVES.replace("c{", "{{ nothing }}{"), UNKNOWN),
    ],
)
def test_a_figure_needs_a_known_name_a_caption_and_an_alternative_text(
    write: Write, figure: str, message: str
) -> None:
    found = problems(write, f"# A\n\n{figure}\n", PATHS, show=False)
    lines = [line for _, line, text in found if text == message]
    assert lines == [3 + figure.count("\n")]


def test_a_figure_that_no_chapter_shows_is_reported_in_its_chapter(write: Write) -> None:
    call = "{% call figure('paths', alt=…) %}caption{% endcall %}"
    message = f"no chapter shows the figure 'paths'; write {call}, or take it out of demo.py"
    assert problems(write, "# A", CURVES, show=False) == [("second", None, message)]


def test_a_claim_without_translation_is_in_english(write: Write, slovak: Translator, tmp_path: Path) -> None:
    claim = Claim("new", "A mean of {value}.", lambda r: 0.5, at_most(1))
    markdown = write('\n{{ claims("demo") }}', claims=(claim,)).sources[0].markdown
    assert "A mean of 0,5. [má byť ≤ 1]{.bound}" in markdown
    assert slovak.missing == {"A mean of {value}.": tmp_path / "sk.po"}


def test_a_claim_whose_translation_has_other_fields_is_told_with_its_place(
    write: Write, tmp_path: Path
) -> None:
    with (tmp_path / "sk.po").open("a", encoding="utf-8") as catalogue:
        catalogue.write('\nmsgid "A mean of {value}."\nmsgstr "Priemer {hodnota}."\n')
    claim = Claim("new", "A mean of {value}.", lambda r: 0.5, at_most(1))
    ((name, line, message),) = problems(write, '\n{{ claims("demo") }}', claims=(claim,))
    assert (name, line) == ("first", 2)
    assert f"{tmp_path / 'sk.po'}: 'Priemer {{hodnota}}.' must have the fields {{value}}" in message


def test_everything_wrong_is_reported_together(write: Write) -> None:
    first = "{{ result.demo.q }}\n\n{{ ref('x') }} {{ result.demo.v | num }}\n{% for y in z %}{% endfor %}"
    second = "\n\n{% if %}\n"
    assert problems(write, first, second) == [
        ("first", 1, "unknown value 'q'; there are: day, slope, stds, width"),
        ("first", 3, "unknown figure 'x'; there are: curves, paths"),
        ("first", 3, "unknown value 'v'; there are: day, slope, stds, width"),
        ("first", 4, f"unknown name 'z'; {NAMES}"),
        ("second", 3, f"Jinja: Expected an expression, got 'end of statement block'; {RAW}"),
    ]


def test_a_condition_on_a_missing_value_is_a_mistake_unless_it_asks_whether_it_is_defined(
    write: Write,
) -> None:
    assert write("a{% if nothing is defined %}b{% endif %}").sources[0].markdown == "a"
    assert problems(write, "{% if nothing %}b{% endif %}") == [("first", 1, UNKNOWN)]


def test_a_template_that_does_not_exist_is_reported(write: Write, tmp_path: Path) -> None:
    message = f"TemplateNotFound: 'none.md' not found in search path: '{tmp_path}'"
    assert problems(write, "{% include 'none.md' %}") == [("first", 1, message)]


def test_a_line_of_the_text_is_traced_to_the_line_of_its_template(write: Write) -> None:
    loop = "{% for i in range(3) %}\n- {{ i }}\n{% endfor %}"
    text = f"# A\n\n{{{{ claims('demo') }}}}\n\nafter\n\n{loop}\n\n$x = {{{{ 1.5 | num }}}}$"
    prose = write(text, "# B\n\n$y$")
    assert [(path.name, line) for path, line in prose.places("after")] == [("first.md.j2", 5)]
    assert [(path.name, line) for path, line in prose.places("$x = 1,5$")] == [("first.md.j2", 11)]
    assert [(path.name, line) for path, line in prose.places("$y$")] == [("second.md.j2", 3)]


def test_lines_that_a_template_adds_at_its_end_are_traced_to_its_last_line(write: Write) -> None:
    prose = write("# A\n{% for i in range(3) %}\n\nline {{ i }}{% endfor %}")
    assert [line for _, line in prose.places("line 2")] == [4]
    assert write("a{{ '\\n\\nb' }}").sources[0].line(3) == 1


def test_a_text_is_not_found_within_a_longer_word(write: Write) -> None:
    prose = write("@he20\n\n@he2015\n\n@he-20")
    assert [line for _, line in prose.places("@he20")] == [1]
    assert list(prose.places("@nobody")) == []
