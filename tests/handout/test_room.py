"""Nothing runs off the page: long lines and names, wide tables, titles; or it is told with its line."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import matplotlib
import pypdfium2
import pytest
from manuscripts import bare
from pdf_text import pages_of

from figgen.errors import SourceError
from figgen.handout.conversion import to_html, to_typst
from figgen.handout.manuscript import Manuscript
from figgen.handout.pdf import write_pdf
from figgen.layers import FONTS, Layers
from figgen.translation import Translator

Manuscripts = Callable[..., Manuscript]
MARGIN = 25 / 25.4 * 72 - 1  # where a figure begins, in points
NAMES = [f"a\\_long\\_name\\_{i}" for i in range(12)]


def table(cells: list[str]) -> str:
    """Return a table of one row below its head, the sum of the numbers of its columns in the last cell."""
    numbers = [f"{1234567 * i}" for i in range(len(cells))]
    return f"| {' | '.join(cells)} |\n{'|---' * len(cells)}|\n| {' | '.join(numbers)} |\n"


def extent(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Return the box that all letters of each page stand in."""
    boxes = []
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        letters = [text.get_charbox(i) for i in range(text.count_chars())]
        left, bottom, right, top = zip(*(box for box in letters if box[0] != box[2]), strict=True)
        boxes.append((min(left), min(bottom), max(right), max(top)))
    return boxes


LONG = {
    "line of code": f"```\n{'x' * 60}_{'y' * 60}_END\n{'short words ' * 20}END\n```",
    "code": f"Inline `{'path/to/' * 24}END`.",
    "address": f"https://example.org/{'a' * 150}END",
    "name": f"See {'some_module.' * 12}END.",
    "letters": f"The gene {'ACGT' * 40}END.",
    "table": table(NAMES) + "\n\nEND",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_what_is_longer_than_a_line_stays_on_the_page(manuscript: Manuscripts, text: str) -> None:
    pdf = write_pdf(manuscript(bare(f"# A\n\n{text}"))).data
    for left, _, right, _ in extent(pdf):
        assert left >= MARGIN
        assert right <= 595.3 - MARGIN
    assert "END" in "".join("".join(pages_of(pdf)).split())


def test_a_long_name_that_is_broken_has_no_signs_that_it_does_not_have(manuscript: Manuscripts) -> None:
    pages = "".join(pages_of(write_pdf(manuscript(bare(f"# A\n\n`{'ab/' * 40}` and {'c_d' * 40}"))).data))
    squeezed = re.sub(r"\s", "", pages)
    assert "ab/" * 40 + "and" + "c_d" * 40 in squeezed


def test_a_table_gets_smaller_type_before_it_is_turned(manuscript: Manuscripts) -> None:
    looks = [
        look_of(f"{1234567 * (n - 1)}", manuscript(bare(f"# A\n\n{table(NAMES[:n])}"))) for n in (4, 8, 12)
    ]
    assert [turned for turned, _ in looks] == [False, False, True]
    assert looks[0][1] > looks[1][1]


WORDS = "some words that need much room in a line of a table of five columns so that they are broken " * 2


@pytest.mark.parametrize("line", ["|:--" * 5, "|:--|:------------|:-----------|:----|:----"])
def test_a_word_as_long_as_its_column_does_not_run_into_the_next(manuscript: Manuscripts, line: str) -> None:
    text = f"# A\n\n| name | b | c | d | e |\n{line}|\n| a.rather.long.name.of.thing12 {f'| {WORDS}' * 4} |\n"
    page = pypdfium2.PdfDocument(write_pdf(manuscript(bare(text))).data)[2].get_textpage()
    first, count = page.search("thing12").get_next()
    some, _ = page.search("some words").get_next()
    assert page.get_charbox(first + count - 1)[2] < page.get_charbox(some)[0]


def look_of(number: str, given: Manuscript) -> tuple[bool, float]:
    """Return whether a number in a PDF stands on its side, and how long it is."""
    for page in pypdfium2.PdfDocument(write_pdf(given).data):
        text = page.get_textpage()
        if place := text.search(number).get_next():
            first, last = (text.get_charbox(i) for i in (place[0], place[0] + place[1] - 1))
            return abs(first[0] - last[0]) < 2, max(abs(first[0] - last[0]), abs(first[1] - last[1]))
    raise AssertionError(f"{number} is not there")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "$$" + "+".join(f"a_{{{i}}}" for i in range(60)) + "$$",
            "this formula is wider than a page, and can",
        ),
        (
            table([f"averylongnameofacolumn{i}" for i in range(14)]),
            "this table fits on no page, and can be made into two: av",
        ),
        (
            table(NAMES) + "| 1 " * 12 + ("|\n" + "| 1 " * 12) * 40 + "|\n",
            "this table fits on no page, and can be mad",
        ),
        ("Well done 🎉.", "neither Libertinus Serif nor any other font at hand has 🎉 (U+1F389); a font"),
        ("Well 中 done.", "neither Libertinus Serif nor any other font at hand has 中 (U+4E2D); a font"),
    ],
)
def test_what_fits_nowhere_is_told_with_its_line(manuscript: Manuscripts, text: str, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        write_pdf(manuscript(bare(f"# A\n\nB.\n\n{text}")))
    (problem,) = caught.value.problems
    assert (problem.path.name, problem.line, problem.message[: len(told)]) == ("first.md.j2", 5, told)


def test_a_font_beside_the_layout_has_what_the_others_lack(manuscript: Manuscripts, layout: Layers) -> None:
    dejavu = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    (layout.own / FONTS).mkdir(parents=True)
    shutil.copy(dejavu, layout.own / FONTS)
    assert "😀" in "".join(pages_of(write_pdf(manuscript(bare("# A\n\nWell 😀."))).data))


def test_a_character_that_no_font_has_is_told_of_a_title_too(manuscript: Manuscripts) -> None:
    with pytest.raises(SourceError, match="has 🎉"):
        write_pdf(manuscript(bare("# A\n\nB."), title="Done 🎉"))


@pytest.mark.parametrize(
    "title",
    ["Abtastung und Fourier-Analyse", "Kraftfahrzeughaftpflichtversicherungsgesellschaftsvertreter"],
)
def test_a_title_is_hyphenated_only_where_a_word_is_longer_than_the_line(
    manuscript: Manuscripts, title: str
) -> None:
    pdf = write_pdf(manuscript(bare("# A\n\nB."), title=title, tr=Translator("de"))).data
    shown = "".join(pages_of(pdf)[0].split("Čo")[0].split()).replace("\ufffe", "-")
    assert extent(pdf)[0][2] <= 595.3 - MARGIN
    assert (shown == title.replace(" ", "")) == (" " in title)


def test_a_table_of_many_columns_is_narrow_on_the_page(manuscript: Manuscripts) -> None:
    pages = [to_html(manuscript(bare(table(NAMES[:count]))))[1] for count in (7, 8)]
    assert [page.count('class="many"') for page in pages] == [0, 1]


@pytest.mark.parametrize("text", ["5 kg", "12 %", "$5$ kg", "(3,5 GHz)", "20 °C."])
def test_a_number_and_its_unit_stay_in_one_line(manuscript: Manuscripts, text: str) -> None:
    given = manuscript(bare(f"Of {text} here"))
    assert "\u00a0" in re.sub("(?s)<math.*?</math>", "5", to_html(given)[1])
    assert "~" in to_typst(given).markup


@pytest.mark.parametrize("unit", ["km/s", "g/cm³,", "(W/m²)."])
def test_no_line_ends_within_a_composed_unit(manuscript: Manuscripts, unit: str) -> None:
    given = manuscript(bare(f"Of 5 {unit} here"))
    assert f'5\u00a0<span class="together">{unit}</span>' in to_html(given)[1]
    assert f"5~#box[{unit}]" in to_typst(given).markup.replace("\\(", "(")


def test_other_words_with_a_slash_may_part_behind_it(manuscript: Manuscripts) -> None:
    assert "together" not in to_html(manuscript(bare("It is km/Jahr and/or s/ 5 /m.")))[1]


def test_a_number_before_another_word_may_end_a_line(manuscript: Manuscripts) -> None:
    assert "\u00a0" not in to_html(manuscript(bare("It has 5 layers and 7 more."), tr=Translator("en")))[1]
