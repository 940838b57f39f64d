"""A lecture of somebody's own, as `figgen init` writes it."""

from datetime import date
from pathlib import Path

import pytest

from figgen.scaffold.beginning import begin_lecture


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder of a new lecture in German, English and Slovak, written in German."""
    folder = tmp_path / "own"
    begin_lecture(folder, ("de", "en", "sk"), "", date(2026, 11, 27))
    return folder
