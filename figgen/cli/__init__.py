"""The command line: parse, call, print. The only room that imports Click; the rest comes when needed."""

import click  # noqa: TID251

from figgen import __version__
from figgen.cli.commands import Commands

_MODULES = {
    "build": "making",
    "check": "looking",
    "clean": "looking",
    "deck": "decks",
    "figures": "making",
    "init": "writing",
    "list": "looking",
    "messages": "writing",
    "new": "writing",
    "preview": "making",
    "rename": "writing",
    "show": "looking",
}


@click.group(
    cls=Commands,
    modules={name: f"{__name__}.{module}" for name, module in _MODULES.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="figgen %(version)s")
def main() -> None:
    """Make the figures and handouts of a lecture from simulations.

    \b
      figgen init DIR       a lecture of your own
      figgen build          the handouts, and every figure in them
      figgen figures NAME   one picture, for print or (--preset slides) for a slide
      figgen check          is it all there, current, true, and legible?

    Everything goes into the folder output/, and only what is out of date is made again.
    """
