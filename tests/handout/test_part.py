"""A handout of some chapters, for who writes them: it has what they show, and others without numbers."""

from pathlib import Path

import pytest
from tiny_lecture import edit, figgen

MORE = """# More {#sec-more}

By @sec-chance, @eq-first, {{ ref("dice") }} and [there](#sec-chance); {{ result.coin.share | num(2) }}.

{{ statements("chance") }}
"""


@pytest.fixture
def longer(tiny: Path) -> Path:
    """The tiny lecture with another chapter, which speaks of the first."""
    edit(tiny / "lecture.toml", '["chance"]', '["chance", "more"]')
    edit(tiny / "en/chance.md.j2", "# Chance", "# Chance {#sec-chance}\n\n$$x$$ {#eq-first}")
    (tiny / "en/more.md.j2").write_text(MORE, encoding="utf-8")
    return tiny


def page(folder: Path) -> str:
    return (folder / "output/handout.en.html").read_text(encoding="utf-8").replace("\u00a0", " ")


def test_a_chapter_alone_is_built_with_what_it_shows(longer: Path) -> None:
    (longer / "experiments/more").mkdir()
    dice = (longer / "experiments/chance/dice.py").read_text(encoding="utf-8")
    (longer / "experiments/more/card.py").write_text(dice.replace('"dice"', '"card"'), encoding="utf-8")
    (longer / "en/more.md.j2").write_text('# More\n\n{% call figure("card", alt="a") %}c{% endcall %}')
    done = figgen("build", "--chapter", "more", "--lang", "en", cwd=longer)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (longer / "output/figures/en").iterdir()} == {"card.svg"}
    assert "</span> More" in page(longer)
    assert "</span> Chance" not in page(longer)
    assert (longer / "output/handout.en.pdf").is_file()


def test_references_to_other_chapters_are_words_without_numbers(longer: Path) -> None:
    done = figgen("build", "--chapter", "more", "--lang", "en", "--to", "html", cwd=longer)
    assert done.returncode == 0, done.stderr
    assert "By Section …, Equation (…), Figure … and there; 0." in page(longer)
    assert "A share of" in page(longer)


def test_the_next_build_makes_the_whole_and_deletes_nothing_before(longer: Path) -> None:
    assert figgen("build", "--lang", "en", "--to", "html", cwd=longer).returncode == 0
    whole = page(longer)
    assert "By Section 1, Equation (1), Figure 2 and there" in "".join(
        part.partition(">")[2] if part.startswith(("a ", "/a")) else f"<{part}" for part in whole.split("<")
    )
    assert figgen("build", "--chapter", "chance", "--lang", "en", "--to", "html", cwd=longer).returncode == 0
    assert "</span> More" not in page(longer)
    done = figgen("build", "--lang", "en", "--to", "html", cwd=longer)
    assert page(longer) == whole
    assert "draw" not in done.stderr


def test_a_text_that_another_chapter_lacks_hinders_nothing(longer: Path) -> None:
    (longer / "en/chance.md.j2").unlink()
    (longer / "en/more.md.j2").write_text("# More\n\nText.\n", encoding="utf-8")
    assert figgen("build", "--chapter", "more", "--lang", "en", "--to", "html", cwd=longer).returncode == 0
    assert figgen("build", "--lang", "en", "--to", "html", cwd=longer).returncode == 1


def test_a_chapter_that_there_is_not_gets_the_nearest(longer: Path) -> None:
    done = figgen("build", "--chapter", "mor", cwd=longer)
    assert done.returncode == 2
    assert "unknown chapter 'mor'; did you mean more?" in done.stderr
