from collections.abc import Callable
from pathlib import Path

import pytest

from figgen.errors import SourceError
from figgen.lecture import load_lecture
from figgen.settings.file import read_settings
from figgen.settings.look import Box, Theme

MINIMAL = 'chapters = ["chance"]\ntitle = {sk = "Náhoda", en = "Chance"}\n'
LONG = "a" * 300

WRONG = {
    'credit = {sk = "Podľa {authors}"}': ["credit has no text in 'en'"],
    'credit = "By {author}"': ["credit: 'By {author}' may have nothing in braces but {authors}"],
    'credit = "By {"': ["credit: 'By {' may have nothing in braces but {authors}"],
    'subtitle = {sk = "S", en = "S", xyz = "S"}': ["subtitle: unknown language 'xyz'; there are: en, sk"],
    'drafts = ["fr"]': ["drafts: unknown language 'fr'; there are: en, sk"],
    'source_language = "../en"': [
        "the source_language '../en' must be the name of a file: without / \\ : and without a dot in front"
    ],
    'source_language = "sk_SK"': [
        "the source_language 'sk_SK' is no language tag (BCP 47); did you mean sk-SK?"
    ],
    'bibliography = "refs.bib"': ["bibliography: there is no file 'refs.bib' in the lecture's folder"],
    'csl = ""': ["csl: there is no file '' in the lecture's folder"],
    "macros = {'F1' = 'x'}": ["macros: 'F1' is no name of a macro; it has letters only, such as '\\F'"],
    "macros = {'\\F' = '{'}": ["macros: '\\\\F' has more opening than closing braces, or less: '{'"],
    "macros = {'F' = '#2'}": ["macros: 'F' must use its arguments as #1, #2, and so on: '#2'"],
    "macros = {'F' = ['x', 1]}": ["macros must be a table of texts, not {'F': ['x', 1]}"],
    'boxes = {theorem = "Satz"}': ["boxes must be a table of tables, not {'theorem': 'Satz'}"],
    "boxes = {theorem = {}}": [
        "boxes.theorem: label is missing; it must be a text, or a table of texts by language"
    ],
    'boxes = {Theorem = {label = "T"}}': [
        "boxes.Theorem: the name of a box has small letters, digits and hyphens, such as theorem"
    ],
    'boxes = {answer = {label = "A"}}': ["boxes.answer: figgen has a division of that name"],
    'boxes = {theorem = {label = {sk = "Veta"}}}': ["boxes.theorem: label has no text in 'en'"],
    'boxes = {theorem = {label = "T", color = "red", colour = "rde"}}': [
        "boxes.theorem: unknown key 'color'; did you mean colour?",
        "boxes.theorem: colour must be a colour, such as #8c1d40 or darkred, not 'rde'",
    ],
    'theme = {acent = "red", palette = "red"}': [
        "theme: unknown key 'acent'; did you mean accent or palette?",
        "theme: palette must be a list of texts, not 'red'",
    ],
    'theme = {accent = "#12", palette = ["blue", "#00000g"]}': [
        "theme: accent must be a colour, such as #8c1d40 or darkred, not '#12'",
        "theme: palette must be a colour, such as #8c1d40 or darkred, not '#00000g'",
    ],
    'theme = {logo = "logo.png"}': ["theme: logo: there is no file 'logo.png' in the lecture's folder"],
    'theme = {logo = "lecture.toml"}': [
        "theme: logo must be one of .svg, .png, .jpg, .jpeg, not 'lecture.toml'"
    ],
    'theme = {logo = "false.png"}': ["theme: logo: 'false.png' is no .png file, whatever its name says"],
    'theme = {fonts = {body = "Lato", mono = " "}}': [
        "theme: unknown font 'body'; there are: heading, mono, text",
        "theme: fonts: mono: there is no font ' '; put its .ttf or .otf files into layout/fonts/, or take "
        "one of: DejaVu Sans Mono, Libertinus Serif, New Computer Modern, New Computer Modern Math",
    ],
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / "false.png").write_text("<svg/>", encoding="utf-8")

    def write_lecture_toml(text: str) -> Path:
        (tmp_path / "lecture.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write_lecture_toml


def problems(folder: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        read_settings(folder)
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_value_is_told_with_its_key(text: str, write: Callable[[str], Path]) -> None:
    assert problems(write(MINIMAL + text)) == WRONG[text]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "a\\\\b", ".hidden", "", "C:x"])
def test_a_chapter_or_language_stays_in_the_lectures_folder(name: str, write: Callable[[str], Path]) -> None:
    told = f"{name!r} must be the name of a file: without / \\ : and without a dot in front".replace(
        "\\\\\\\\", "\\\\"
    )
    assert problems(write(f'chapters = ["{name}"]\ntitle = {{en = "T"}}')) == [f"the chapter {told}"]
    assert problems(write(f'chapters = ["x"]\ntitle = {{"{name}" = "T"}}')) == [f"the language {told}"]


@pytest.mark.parametrize(
    ("tag", "hint"),
    [("de_AT", "did you mean de-AT?"), ("xx-yy-zz", "write one such as de, pt-BR or zh-Hant")],
)
def test_a_language_is_a_tag(tag: str, hint: str, write: Callable[[str], Path]) -> None:
    told = f"the language {tag!r} is no language tag (BCP 47); {hint}"
    assert problems(write(f'chapters = ["x"]\ntitle = {{"{tag}" = "T"}}')) == [told]


def test_the_source_language_is_the_first_without_a_catalogue(write: Callable[[str], Path]) -> None:
    folder = write(MINIMAL)
    assert read_settings(folder)["source_language"] == "sk"
    (folder / "locale").mkdir()
    (folder / "locale" / "sk.po").touch()
    assert read_settings(folder)["source_language"] == "en"
    write('chapters = ["x"]\ntitle = {sk = "T", de = "T"}')
    assert read_settings(folder)["source_language"] == "de"
    (folder / "locale" / "de.po").touch()
    assert read_settings(folder)["source_language"] == "en"


def test_a_chapters_name_must_fit_into_a_file_system(write: Callable[[str], Path]) -> None:
    folder = write(f'chapters = ["{LONG}"]\ntitle = {{en = "T"}}')
    assert problems(folder) == [f"the chapter '{'a' * 20}…' has 300 characters; a name may have 100 at most"]


def test_a_chapter_is_listed_once(write: Callable[[str], Path]) -> None:
    assert problems(write('chapters = ["a", "b", "a"]\ntitle = {en = "T"}')) == ["chapters has 'a' twice"]


@pytest.mark.parametrize(
    ("chapters", "why"),
    [
        ('["nul"]', "the chapter 'nul' needs another name: Windows has no file of that name"),
        ('["Com1.a"]', "the chapter 'Com1.a' needs another name: Windows has no file of that name"),
        ('["ä", "Ä"]', "the chapter 'Ä' needs another name: another one differs from it by capitals alone"),
    ],
)
def test_a_chapter_has_a_name_that_each_system_can_have(
    write: Callable[[str], Path], chapters: str, why: str
) -> None:
    assert problems(write(f'chapters = {chapters}\ntitle = {{en = "T"}}')) == [why]


def test_all_that_is_wrong_is_told_at_once(write: Callable[[str], Path]) -> None:
    folder = write('titel = {en = "T"}\nauthors = "X"\ndrafts = ["en"]\ncsl = "a.csl"\ntheme.accent = "rot"')
    assert problems(folder) == [
        "unknown key 'titel'; did you mean title or subtitle?",
        "authors must be a list of texts, not 'X'",
        "title is missing; it must be a table of texts by language",
        "chapters is missing; it must be a list of texts",
        "csl: there is no file 'a.csl' in the lecture's folder",
        "theme: accent must be a colour, such as #8c1d40 or darkred, not 'rot'",
    ]


def test_tables_in_tables_without_end_are_told(write: Callable[[str], Path]) -> None:
    assert problems(write("x = " + "[" * 5000)) == ["is nested too deep"]


def test_what_is_left_out_has_a_default(write: Callable[[str], Path]) -> None:
    folder = write("\ufeff" + MINIMAL)
    assert read_settings(folder) == {
        "title": {"sk": "Náhoda", "en": "Chance"},
        "subtitle": {},
        "authors": (),
        "credit": {},
        "chapters": ("chance",),
        "source_language": "sk",
        "drafts": frozenset(),
        "experiments": "",
        "bibliography": None,
        "csl": None,
        "macros": {},
        "boxes": (),
        "theme": Theme(),
    }
    (folder / "references.bib").touch()
    assert read_settings(folder)["bibliography"] == folder / "references.bib"


def test_a_lecture_has_all_that_is_set(tiny: Path) -> None:
    for name in ("refs.bib", "style.csl", "logo.svg"):
        (tiny / name).write_text("<svg/>", encoding="utf-8")
    toml = (tiny / "lecture.toml").read_text(encoding="utf-8")
    (tiny / "lecture.toml").write_text(
        """
        source_language = "en"
        drafts = ["sk"]
        authors = ["A", "B"]
        credit = "By {authors}"
        bibliography = "refs.bib"
        csl = "style.csl"
        macros = { '\\F' = '\\mathcal{F}', vect = '\\mathbf{#1}' }
        [boxes]
        theorem = { label = { sk = "Veta", en = "Theorem" }, colour = "#ABC" }
        example = { label = "Ex." }
        [theme]
        accent = "DarkRed"
        logo = "logo.svg"
        fonts = { text = "New Computer Modern" }
        palette = ["#000", "white"]
        """.replace("        [boxes]", toml.partition("[title]")[0] + "[boxes]")
        + "[title]"
        + toml.partition("[title]")[2],
        encoding="utf-8",
    )
    lecture = load_lecture(tiny)
    assert lecture.source_language == "en"
    assert lecture.drafts == {"sk"}
    assert lecture.credit == {"sk": "By {authors}", "en": "By {authors}"}
    assert (lecture.bibliography, lecture.csl) == (tiny / "refs.bib", tiny / "style.csl")
    assert lecture.macros == {"F": r"\mathcal{F}", "vect": r"\mathbf{#1}"}
    assert lecture.boxes == (
        Box("theorem", {"sk": "Veta", "en": "Theorem"}, "#aabbcc"),
        Box("example", {"sk": "Ex.", "en": "Ex."}),
    )
    assert lecture.theme == Theme(
        "#8b0000", tiny / "logo.svg", {"text": "New Computer Modern"}, ("#000000", "#ffffff")
    )


def test_what_is_wrong_is_told_with_its_line(write: Callable[[str], Path]) -> None:
    folder = write('chapters = ["a", "a"]\n[title]\nen = "T"\nde_AT = "T"\n\n[theme]\naccent = "rot"')
    with pytest.raises(SourceError) as caught:
        read_settings(folder)
    assert [problem.line for problem in caught.value.problems] == [4, 1, 6]
    with pytest.raises(SourceError) as caught:
        read_settings(write("chapters = [\n\ntitle = 1"))
    assert [problem.line for problem in caught.value.problems] == [3]
