"""Which claims the built-in lecture shows: beside a figure the few that decide, and in the end all."""

import re
from collections import Counter

import pytest

from figgen.lecture import load_lecture
from figgen.paths import BUILT_IN, built_in_lecture

LECTURE = load_lecture(built_in_lecture(BUILT_IN))
CALL = re.compile(r'\{\{ claims\("(\w+)"((?:, "\w+")*)\) \}\}')
MOST = 3


def shown(language: str) -> list[tuple[str, str]]:
    """Return the claims that the chapters show, by experiment and name."""
    found: list[tuple[str, str]] = []
    for chapter in LECTURE.chapters:
        for experiment, names in CALL.findall(LECTURE.chapter_text(language, chapter).read_text("utf-8")):
            claims = [claim.name for claim in LECTURE.study(experiment).experiment.claims]
            found += [(experiment, name) for name in re.findall(r"\w+", names) or claims]
    return found


@pytest.mark.parametrize("language", LECTURE.languages)
def test_of_each_figure_at_most_three_claims_are_shown_beside_it(language: str) -> None:
    figures = {
        (study.name, claim.name): claim.figure
        for study in LECTURE.studies
        for claim in study.experiment.claims
    }
    counted = Counter(figures[claim] for claim in shown(language))
    assert {figure: number for figure, number in counted.items() if number > MOST} == {}
    assert set(counted) == set(figures.values()), "a figure with claims shows none"


def test_the_languages_show_the_same_claims() -> None:
    assert shown("en") == shown("sk")


@pytest.mark.parametrize("language", LECTURE.languages)
def test_the_last_chapter_has_the_statements_of_all_others(language: str) -> None:
    text = LECTURE.chapter_text(language, LECTURE.chapters[-1]).read_text("utf-8")
    assert re.findall(r'statements\("(\w+)"\)', text) == list(LECTURE.chapters[:-1])
