"""The commands that write into a lecture of somebody's own: init, new, messages, rename."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click  # noqa: TID251

from figgen.cli.commands import Commands
from figgen.cli.options import folders
from figgen.paths import BUILT_IN

if TYPE_CHECKING:
    from figgen.scaffold.additions import Added


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="LANG",
    help="A language of the lecture; repeatable. Experiments are written in the first.  [default: en]",
)
@click.option("--title", default="", metavar="TEXT", help="The lecture's title.")
@click.option(
    "--from",
    "built_in",
    default="",
    metavar="NAME",
    help=f"Copy a lecture that comes with figgen, {BUILT_IN}, to cut it down.",
)
def init(folder: Path, languages: tuple[str, ...], title: str, built_in: str) -> None:
    """Write a lecture of your own into the new folder DIR.

    It builds at once, and teaches figgen by being a lecture: a chapter that shows what a chapter can have, an
    experiment with a figure and claims, its test, and what GitHub and GitLab need to check it.
    """
    from datetime import date

    from figgen.scaffold import advice
    from figgen.scaffold.beginning import begin_lecture
    from figgen.scaffold.copying import copy_lecture

    if built_in:
        copy = copy_lecture(folder, built_in, languages, title)
        click.echo("\n".join(advice.of_copy(folder, copy)))
        return
    beginning = begin_lecture(folder, languages, title, date.today())
    click.echo("\n".join(advice.of_beginning(folder, beginning)))


_into = folders(
    "Folder with lecture.toml.  [default: this folder]",
    "Folder of all that was made, which is left alone.",
)


@click.group(cls=Commands)
def new() -> None:
    """Add to a lecture of your own: a chapter, an experiment, a language, a file of its looks."""


@new.command("chapter")
@click.argument("name")
@_into
def new_chapter(name: str, lecture: Path | None, **_: Any) -> None:
    """Begin the chapter NAME in each language.

    It is listed in lecture.toml as the last one.
    """
    from figgen.scaffold.additions import new_chapter
    from figgen.scaffold.toml import own_lecture

    _tell_added(
        new_chapter(own_lecture(lecture), name),
        f"Next: its text, and figgen new experiment {name}/NAME for a figure",
    )


@new.command("experiment")
@click.argument("place", metavar="CHAPTER/NAME")
@click.option("--from", "built_in", default="", metavar="NAME", help="Copy this built-in experiment.")
@_into
def new_experiment(place: str, built_in: str, lecture: Path | None, output: Path) -> None:
    """Write an experiment and its test.

    Its figure is shown at the end of the chapter in each language; a chapter that is not there is begun.

    With --from, a built-in experiment is copied with its helpers, captions and translations;
    figgen list, in a folder without a lecture, names them.
    """
    from figgen.scaffold.experiments import new_experiment
    from figgen.scaffold.toml import own_lecture

    _tell_added(
        new_experiment(own_lecture(lecture), place, built_in, output),
        "Next: figgen build, then simulate, draw and the claims in its file",
    )


@new.command("language")
@click.argument("tag", metavar="LANG")
@_into
def new_language(tag: str, lecture: Path | None, output: Path) -> None:
    """Add the language LANG as a draft.

    It gets the texts of the source language, to be translated, and a catalogue for what figures say; what
    figgen init wrote, and nobody changed, is in LANG at once, if figgen has words for it.
    """
    from figgen.scaffold.additions import new_language
    from figgen.scaffold.messages import load_whole, update_catalogues
    from figgen.scaffold.toml import own_lecture
    from figgen.scaffold.words import translations

    folder = own_lecture(lecture)
    load_whole(folder)
    added = new_language(folder, tag)
    lecture_now = load_whole(folder)
    known = {tag: translations(lecture_now.source_language, tag)}
    updates = update_catalogues(lecture_now, output, known)
    _tell_added(
        added,
        *(update.told(folder) for update in updates if update.language == tag),
        "Next: translate these; when all is there, take the language out of drafts in lecture.toml",
    )


@new.command("layout")
@click.argument("name", metavar="FILE")
@_into
def new_layout(name: str, lecture: Path | None, **_: Any) -> None:
    """Write FILE of the layout, to be changed.

    Such as handout.css, which goes after figgen's; other files go in the place of figgen's.
    """
    from figgen.scaffold.additions import new_layout
    from figgen.scaffold.toml import own_lecture

    _tell_added(new_layout(own_lecture(lecture), name))


@new.command("style")
@click.argument("name")
@_into
def new_style(name: str, lecture: Path | None, **_: Any) -> None:
    """Write a style sheet of figures, to be changed.

    NAME is base, print or slides; it goes after figgen's.
    """
    from figgen.scaffold.additions import new_style
    from figgen.scaffold.toml import own_lecture

    _tell_added(new_style(own_lecture(lecture), name))


def _tell_added(added: "Added", *more: str) -> None:
    from figgen.scaffold import advice

    click.echo("\n".join([*advice.of_added(added), *more]))


@click.command()
@_into
def messages(lecture: Path | None, output: Path) -> None:
    """Bring the catalogues in locale/ up to date with what figures and claims say.

    New messages are added, those that nothing says any more are kept as comments with their translations. No
    translation is guessed. A message that is put together while a figure is drawn is found after a build.
    """
    from figgen.scaffold.messages import load_whole, update_catalogues
    from figgen.scaffold.toml import own_lecture

    folder = own_lecture(lecture)
    updates = update_catalogues(load_whole(folder), output)
    for update in updates:
        click.echo(update.told(folder))
    if not updates:
        click.echo("this lecture has one language only, and nothing to translate")


@click.group(cls=Commands)
def rename() -> None:
    """Give a part of a lecture another name."""


@rename.command("chapter")
@click.argument("old")
@click.argument("new")
@_into
def rename_chapter(old: str, new: str, lecture: Path | None, output: Path) -> None:
    """Call the chapter OLD NEW: in lecture.toml, texts, experiments, and where they speak of it."""
    from figgen.scaffold.renaming import rename_chapter
    from figgen.scaffold.toml import own_lecture

    for path in rename_chapter(own_lecture(lecture), old, new, output):
        click.echo(f"changed {path}")
