import re
from pathlib import Path

import pytest

from figgen.errors import SourceError
from figgen.request import Request, read_request


def request(lecture: Path, *languages: str) -> Request:
    asked = {"lecture": lecture, "output": lecture / "output", "languages": languages, "jobs": 1}
    return read_request(asked | {"seed": 0, "settings": (), "retime": False, "timeout": None})


def test_a_text_that_is_not_there_yet_hinders_its_own_language_only(tiny: Path) -> None:
    (tiny / "sk" / "chance.md.j2").unlink()
    assert {d.language for d in request(tiny, "en").everything((), ()).documents} == {"en"}
    message = f"{tiny / 'sk' / 'chance.md.j2'}: is missing: lecture.toml lists the chapter 'chance'"
    for languages in (("sk",), ()):
        with pytest.raises(SourceError, match=f"^{re.escape(message)}$"):
            request(tiny, *languages).everything((), ())


def test_pictures_need_no_text(tiny: Path) -> None:
    (tiny / "sk" / "chance.md.j2").unlink()
    assert len(request(tiny).figures(["coin"], "print", ["svg"]).pictures) == 2
