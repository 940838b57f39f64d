"""Build again whenever a source is saved."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from figgen.engine.sources import is_source
from figgen.errors import FiggenError

_IDLE = 200  # milliseconds


def saves(folders: Sequence[Path], output: Path) -> Iterator[frozenset[Path]]:
    """Yield the sources that are saved in some folders.

    Args:
        folders: What to watch.
        output: The output folder, which does not count.

    Returns:
        What was saved since the last time; nothing, several times a second, while nothing is. From the first
        on, no save is missed.

    Raises:
        KeyboardInterrupt: Ctrl-C, which ends it.
        FiggenError: The extra that watches files is not installed.
    """
    try:
        import watchfiles
    except ImportError as error:
        raise FiggenError("to notice what is saved needs watchfiles: pip install 'figgen[watch]'") from error

    def counts(_: watchfiles.Change, path: str) -> bool:
        roots = [folder for folder in folders if Path(path).is_relative_to(folder)]
        return any(is_source(Path(path), root, output) for root in roots)

    batches = watchfiles.watch(*folders, watch_filter=counts, yield_on_timeout=True, rust_timeout=_IDLE)
    return (frozenset(Path(path) for _, path in changes) for changes in batches)


def tell_saved(saved: frozenset[Path]) -> str:
    """Say which files were saved."""
    return f"{', '.join(sorted({path.name for path in saved}))} saved"


def watch(
    folders: Sequence[Path],
    output: Path,
    words: Sequence[str],
    say: Callable[[str], None],
    variables: Mapping[str, str],
) -> None:
    """Build now, and again whenever a file in `folders` is saved, until Ctrl-C.

    Each build runs in a process of its own, so that it sees the code as it is now; one that fails says why,
    and the watch goes on. What is saved during a build is not missed.

    Args:
        folders: What to watch.
        output: The output folder, which does not count.
        words: The command of a build, after `figgen`.
        say: Is told what was saved.
        variables: What builds find in their environment besides.

    Raises:
        FiggenError: The extra that watches files is not installed.
    """

    def build() -> None:
        command = [sys.executable, "-m", "figgen", *words]
        subprocess.run(command, check=False, env={**os.environ, **variables})

    batches = saves(folders, output)
    with suppress(KeyboardInterrupt):
        next(batches)  # from here on changes are seen
        build()
        for saved in batches:
            if saved:
                say(tell_saved(saved))
                build()
