"""The built-in lecture's exercises: three to five a chapter, with solutions that say what figgen measures."""

import re
import shlex
from pathlib import Path

import pytest
from tiny_lecture import figgen

from figgen.paths import built_in_lecture

LECTURE = built_in_lecture()
LANGUAGES = ("en", "sk")
CHAPTERS = ("recap", "activations", "preprocessing", "initialization", "normalization")
EXERCISE = re.compile(
    r"^::: \{\.exercise #[\w-]+\}\n(.*?)^:::\n\n::: answer\n(.*?)^:::$", re.MULTILINE | re.DOTALL
)
COMMAND = re.compile(r"^```sh\n(figgen show .*?)\n```$", re.MULTILINE)
TOLD = re.compile(r"^```text\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
MEASURED = re.compile(r"([✓✗]) (\w+): measured ([−\d.,]+)(?:\s×\s10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")
DIGITS = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def exercises(language: str, chapter: str) -> list[tuple[str, str]]:
    """Return a chapter's exercises and their solutions."""
    text = (LECTURE / "training_neural_networks_1" / language / f"{chapter}.md.j2").read_text("utf-8")
    return EXERCISE.findall(text)


def tries(language: str) -> list[tuple[str, str]]:
    """Return the commands of all exercises, each with what its solution says that it prints."""
    found: list[tuple[str, str]] = []
    for chapter in CHAPTERS:
        for question, answer in exercises(language, chapter):
            commands, told = COMMAND.findall(question), TOLD.findall(answer)
            assert len(commands) == len(told), question
            found += zip(commands, told, strict=True)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_ends_with_three_to_five_exercises_of_two_kinds(language: str, chapter: str) -> None:
    questions = [question for question, _ in exercises(language, chapter)]
    text = (LECTURE / "training_neural_networks_1" / language / f"{chapter}.md.j2").read_text("utf-8")
    assert 3 <= len(questions) <= 5
    assert text.count(".exercise #") == len(questions), "an exercise has no solution"
    tried = [bool(COMMAND.search(question)) for question in questions]
    assert any(tried)
    assert not all(tried)


def test_the_languages_have_the_same_things_to_try_with_the_same_results() -> None:
    assert tries("en") == tries("sk")


def numbers(lines: str) -> dict[str, tuple[str, float]]:
    """Read what `figgen show` says of claims."""
    return {
        name: (mark, float(f"{digits}e{power or 0}".translate(DIGITS).replace(",", "")))
        for mark, name, digits, power in MEASURED.findall(lines)
    }


@pytest.mark.parametrize(("command", "told"), tries("en"), ids=[c.split()[-1] for c, _ in tries("en")])
def test_what_an_exercise_has_the_reader_try_gives_what_its_solution_says(
    command: str, told: str, tmp_path: Path
) -> None:
    said = numbers(told)
    assert len(said) == len(told.splitlines())
    done = figgen(*shlex.split(command)[1:], cwd=tmp_path)
    found = numbers(done.stdout + done.stderr)
    for name, (mark, number) in said.items():
        assert found[name][0] == mark
        assert found[name][1] == pytest.approx(number, rel=0.02, abs=0), name
