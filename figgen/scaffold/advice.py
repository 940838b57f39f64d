"""What is told after something was written: what it is, and what to do next."""

from collections.abc import Iterable
from pathlib import Path
from shlex import quote

from figgen.scaffold.additions import Added
from figgen.scaffold.beginning import Beginning
from figgen.scaffold.words import language_for
from figgen.translation.tags import name_of


def of_beginning(folder: Path, beginning: Beginning) -> list[str]:
    """Say what a new lecture is."""
    return [
        f"{folder} is a lecture in {listed(map(named, beginning.languages))}",
        *(_of_draft(tag, beginning.source) for tag in beginning.drafts),
        "Next:",
        *([f"  cd {quote(str(folder))}"] if folder.resolve() != Path.cwd() else []),
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
