"""What is told after something was written: what it is, and what to do next."""

from collections.abc import Iterable
from pathlib import Path
from shlex import quote

from figgen.scaffold.additions import Added
from figgen.scaffold.beginning import Beginning
from figgen.scaffold.copying import Copy
from figgen.scaffold.words import language_for
from figgen.translation.tags import name_of


def of_beginning(folder: Path, beginning: Beginning) -> list[str]:
    """Say what a new lecture is."""
    return [
        f"{folder} is a lecture in {listed(map(named, beginning.languages))}",
        *(_of_draft(tag, beginning.source) for tag in beginning.drafts),
        *_first_steps(folder),
    ]


def of_copy(folder: Path, copy: Copy) -> list[str]:
    """Say what a copy of a lecture is, and how to cut it down."""
    return [
        f"{folder} is a copy of {copy.title} in {listed(map(named, copy.languages))}",
        "Its experiments are its own. Of what you do not need, delete the experiment's file and the passages",
        "that show it; of a chapter its folder, its texts, and its name in lecture.toml. figgen build says",
        "where others refer to them.",
        *_first_steps(folder),
    ]


def _first_steps(folder: Path) -> list[str]:
    return [
        "Next:",
        *([f"  cd {quote(str(folder))}"] if folder.resolve() != Path.cwd() else []),
        "  figgen preview  the handout in the browser, made anew after each save",
        "  figgen build    the handouts, in output/",
        "  figgen check    is all there, current, true, and legible?",
    ]


def _of_draft(tag: str, source: str) -> str:
    told = f"figgen has no texts in {named(tag)}, so those in {tag}/ are in {named(language_for(source))}"
    return f"{told}; translate them and locale/{tag}.po, and take {tag} out of drafts in lecture.toml"


def of_added(added: Added) -> list[str]:
    """Say what was written into a lecture, and what there is to know of it."""
    return [*(f"wrote {path}" for path in added.files), *added.notes]


def named(tag: str) -> str:
    """Return what English calls a language, or its tag."""
    return name_of(tag) or tag


def listed(names: Iterable[str]) -> str:
    """Write names as a sentence has them: a, b and c."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
