"""The commands for slides of somebody's own: deck update."""

import sys
from pathlib import Path
from typing import Any

import click  # noqa: TID251

from figgen.cli.commands import Commands
from figgen.cli.options import how, lang, where
from figgen.paths import lecture_folder


@click.group(cls=Commands)
def deck() -> None:
    """Keep pictures current in slides of your own."""


@deck.command("update")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@where
@lang
@how
def update_deck(file: Path, dry_run: bool, **asked: Any) -> None:
    """Draw the figures in FILE, a .pptx or .odp, anew where they are out of date.

    Knows the pictures that figgen has drawn for slides, wherever they were copied to, and any picture with
    figgen:NAME as its alternative text. Each is drawn for the place that it has on its slide, light or dark
    as that is, and put back there; all else in FILE stays as it is.
    """
    from figgen.console import progress, show_problems, tell_deck
    from figgen.engine.sources import look_at_sources
    from figgen.request import read_request
    from figgen.slides.decks.update import look_into, update

    sources = look_at_sources(lecture_folder(asked["lecture"]), asked["output"])
    request = read_request(asked, sources)
    language = request.languages[0] if asked["languages"] else ""
    found = look_into(file, request.lecture, request.options, language, sources)
    if dry_run:
        tell_deck(found, done=False)
        return
    with progress(quiet=asked["quiet"]) as shown:
        problems = update(found, shown)
    if not (problems or asked["quiet"]):
        tell_deck(found, done=True)
    show_problems(problems)
    sys.exit(1 if problems else 0)
