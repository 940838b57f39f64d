"""Delete what figgen made in an output folder, and nothing else."""

from pathlib import Path

from figgen.engine import manifest
from figgen.engine.executor import Progress
from figgen.engine.lock import locked
from figgen.engine.notes import CACHE
from figgen.errors import FiggenError


def clean(output: Path, progress: Progress) -> int:
    """Delete the files that the manifest lists, the manifest, and the folders that this leaves empty.

    Returns:
        How many files were deleted.

    Raises:
        FiggenError: The manifest is damaged, so that what figgen made is not known.
    """
    if not output.is_dir():
        return 0
    with locked(output, progress):
        entries = manifest.read(output)
        if entries is None and (output / manifest.NAME).exists():
            path = output / manifest.NAME
            raise FiggenError(f"{path} is damaged; run figgen build, which renews it, then clean again")
        made = [output / path for path in (*(entries or ()), manifest.NAME)]
        present = [path for path in made if path.is_file()]
        for path in (*present, output / CACHE / "notes.json"):
            path.unlink(missing_ok=True)
    (output / CACHE / "lock").unlink(missing_ok=True)
    folders = {folder for path in (*made, output / CACHE / "lock") for folder in path.parents}
    for folder in sorted((f for f in folders if output in f.parents), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return len(present)
