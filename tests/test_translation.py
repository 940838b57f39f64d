import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from figgen.errors import TranslationError
from figgen.paths import PACKAGE, built_in_lecture, catalogue
from figgen.translation import Translator

EN, SK = Translator("en"), Translator("sk")


@pytest.mark.parametrize(
    ("value", "english", "slovak"),
    [
        (0.25, "0.25", "0,25"),
        (0.0, "0", "0"),
        (-0.5, "−0.5", "−0,5"),
        (4.5398e-5, "4.54\u00a0×\u00a010⁻⁵", "4,54\u00a0·\u00a010⁻⁵"),
        (1e-12, "10⁻¹²", "10⁻¹²"),
        (9.999e-4, "0.001", "0,001"),
        (0.99999, "1", "1"),
        (12345, "12,345", "12\u00a0345"),
        (1797, "1,797", "1\u00a0797"),
        (3.0, "3", "3"),
        (3072.0, "3,072", "3\u00a0072"),
        (-1500.5, "−1,500", "−1\u00a0500"),
        (2.5e7, "2.5\u00a0×\u00a010⁷", "2,5\u00a0·\u00a010⁷"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(value: float, english: str, slovak: str) -> None:
    assert EN.number(value) == english
    assert SK.number(value) == slovak


def test_digits_are_significant_ones() -> None:
    assert [EN.number(0.0123456, digits) for digits in (1, 2, 4)] == ["0.01", "0.012", "0.01235"]


def test_percentages_follow_the_language() -> None:
    assert (EN.percent(0.333), SK.percent(0.333)) == ("33.3%", "33,3\u00a0%")


def test_english_needs_no_catalogue() -> None:
    assert EN("Layer {number}", number=3) == "Layer 3"


def test_a_missing_translation_names_the_catalogue_to_mend(tmp_path: Path) -> None:
    tr = Translator("sk", (tmp_path / "sk.po",))
    with pytest.raises(TranslationError) as caught:
        tr("Nobody translates this")
    path = tmp_path / "sk.po"
    assert str(caught.value) == f"{path}: no translation into 'sk' of 'Nobody translates this'"


def test_the_catalogue_holds_no_message_that_nothing_says() -> None:
    said = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    layout = "".join(path.read_text(encoding="utf-8") for path in built_in_lecture().glob("layout/*.j2"))
    with catalogue("sk").open("rb") as file:
        known = [message.id for message in read_po(file) if message.id]
    assert [message for message in known if message not in said and f'tr("{message}"' not in layout] == []


def test_a_later_catalogue_takes_precedence(tmp_path: Path) -> None:
    for name, word in (("one", "vrstva"), ("two", "hladina")):
        (tmp_path / f"{name}.po").write_text(f'msgid "layer"\nmsgstr "{word}"\n', encoding="utf-8")
    assert Translator("sk", (tmp_path / "one.po", tmp_path / "two.po"))("layer") == "hladina"


def test_what_is_no_number_is_written_all_the_same() -> None:
    assert [SK.number(float(text)) for text in ("nan", "inf", "-inf")] == ["NaN", "∞", "−∞"]


def test_a_translation_with_a_wrong_field_names_its_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "sk.po"
    path.write_text('msgid "layer {number}"\nmsgstr "vrstva {nubmer}"\n', encoding="utf-8")
    with pytest.raises(TranslationError) as caught:
        Translator("sk", (path,))("layer {number}", number=1)
    assert (
        str(caught.value)
        == f"{path}: 'vrstva {{nubmer}}' must have the fields {{number}} of 'layer {{number}}'"
    )
