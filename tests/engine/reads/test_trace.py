"""A trace notes what an experiment reads, in whatever way, and nothing that others read for themselves."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from figgen.engine.reads.record import Noted
from figgen.engine.reads.trace import tracing
from figgen.engine.reads.values import NOT_THERE, now
from figgen.modules import forget, import_file

HEAD = """import os
from pathlib import Path
import numpy as np

LECTURE = Path(__file__).parents[2]
OUTSIDE = LECTURE.parent / "outside.txt"


def look(name):
    return os.path.exists(name) and open(name).close()


def work():
"""

READS: dict[str, tuple[str, set[str]]] = {
    "open": ("open(LECTURE / 'data/a.txt').close()", {"data/a.txt"}),
    "a path relative to the current folder": ("open('data/a.txt').close()", {"data/a.txt"}),
    "a path with bytes": ("open(b'data/a.txt').close()", {"data/a.txt"}),
    "os.open": ("os.close(os.open('data/a.txt', os.O_RDONLY))", {"data/a.txt"}),
    "NumPy's loadtxt": ("np.loadtxt(LECTURE / 'data/a.txt')", {"data/a.txt"}),
    "NumPy's fromfile": ("np.fromfile('data/a.txt', np.uint8)", {"data/a.txt"}),
    "NumPy's load": ("np.load('data/b.npy')", {"data/b.npy"}),
    "a file mapped into memory": ("np.load('data/b.npy', mmap_mode='r')", {"data/b.npy"}),
    "a file outside the lecture": ("OUTSIDE.read_text()", {"OUTSIDE", "the lecture's place"}),
    "a link to a file outside the lecture": ("Path('link.txt').read_text()", {"link.txt"}),
    "a file in a folder that is a link": ("Path('elsewhere/a.txt').read_text()", {"elsewhere/a.txt"}),
    "a file that is not there": (
        "try:\n        open('none.txt')\n    except OSError:\n        pass",
        {"none.txt"},
    ),
    "a look whether a file is there": ("Path('none.txt').exists()", {"none.txt"}),
    "os.path.exists": ("os.path.exists('none.txt')", {"none.txt"}),
    "its own code": ("Path(__file__).read_text()", {"experiments/chapter/own.py"}),
    "the names in a folder": ("sorted(Path('data').iterdir())", {"data/"}),
    "a pattern": ("sorted(Path('data').glob('*.txt'))", {"data/"}),
    "os.listdir": ("os.listdir('data')", {"data/"}),
    "os.environ": ("os.environ['OFFSET']", {"variable OFFSET"}),
    "os.environ.get": ("os.environ.get('NOT_SET_AT_ALL')", {"variable NOT_SET_AT_ALL"}),
    "os.getenv": ("os.getenv('OFFSET', '0')", {"variable OFFSET"}),
    "os.environb": ("os.environb[b'OFFSET']", {"variable OFFSET"}),
    "a test of the environment": ("'OFFSET' in os.environ", {"variable OFFSET"}),
    "expandvars": ("os.path.expandvars('$OFFSET')", {"variable OFFSET"}),
    "the home folder": ("os.path.expanduser('~')", {"variable HOME"}),
    "a test whether a file may be read": ("os.access('none.txt', os.R_OK)", {"none.txt"}),
    "the sizes of the files in a folder": (
        "[entry.stat().st_size for entry in os.scandir('data')]",
        {"data/", "data/a.txt", "data/b.npy"},
    ),
    "a font outside the lecture": (
        "(LECTURE.parent / 'own.ttf').read_bytes()",
        {"FONT", "the lecture's place"},
    ),
    "a look at a file that is there": ("Path('data/a.txt').exists()", {"data/a.txt"}),
    "the size of a file": ("os.path.getsize('data/a.txt')", {"data/a.txt"}),
    "a file opened to be read and written": ("open('data/a.txt', 'r+').close()", {"data/a.txt"}),
    "NumPy's memmap as it is": ("np.memmap('data/a.txt', np.uint8)", {"data/a.txt"}),
    "a database": (
        "import sqlite3\n    sqlite3.connect('data/' + 'a.' + 'txt').close()",
        {"data/a.txt"},
    ),
    "a variable through other mappings": (
        "import collections, string\n    collections.ChainMap(os.environ, {})['OFFSET']\n"
        "    string.Template('$ROOM').safe_substitute(os.environ)",
        {"variable OFFSET", "variable ROOM"},
    ),
    "a thread": (
        "import threading\n    thread = threading.Thread(target=open, args=('data/a.txt',))\n"
        "    thread.start()\n    thread.join()",
        {"data/a.txt"},
    ),
    "a process that is forked": (
        "import multiprocessing\n    context = multiprocessing.get_context('fork')\n"
        "    with context.Pool(1) as pool:\n        pool.map(look, ['none.txt', 'data/a.txt'])",
        {"none.txt", "data/a.txt"},
    ),
}

NOT_READ: dict[str, str] = {
    "what it wrote itself": "Path('new.txt').write_text('1')\n    Path('new.txt').read_text()",
    "what it set itself": "os.environ['MINE'] = '1'\n    os.environ['MINE']",
    "a library's own variables": "import tempfile\n    tempfile.gettempdir()",
    "a library's own files": "import matplotlib.font_manager as m\n    m.findfont('DejaVu Sans')",
    "Python's own files": "import json\n    open(json.__file__).close()",
    "files of the system": "open(os.devnull).close()",
    "a line of code in a warning": "import warnings\n    warnings.warn('x')",
    "a module of the lecture": "import helper",
    "its own file on import": "pass",
}


@pytest.fixture
def lecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lecture"
    for name in ("data/a.txt", "experiments/chapter/x.py", "lecture.toml", "helper.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("1", encoding="utf-8")
    np.save(folder / "data/b.npy", [1.0])
    for name in ("outside.txt", "own.ttf"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    (folder / "link.txt").symlink_to("../outside.txt")
    (tmp_path / "far").mkdir()
    (tmp_path / "far/a.txt").write_text("1", encoding="utf-8")
    (folder / "elsewhere").symlink_to("../far")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("OFFSET", "3")
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setattr(sys, "path_hooks", sys.path_hooks[:])
    return folder


def note(lecture: Path, body: str) -> Noted:
    """Import and run the work of an experiment, and return what was noted."""
    own = lecture / "experiments/chapter/own.py"
    own.write_text(HEAD + f"    {body}\n", encoding="utf-8")
    with tracing(own, lecture) as record:
        import_file(own).work()
    forget()
    return record.noted()


@pytest.mark.parametrize(("body", "names"), READS.values(), ids=READS)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning", "ignore:.*fork.*:DeprecationWarning")
def test_what_is_read_is_noted(lecture: Path, body: str, names: set[str]) -> None:
    reads = note(lecture, body).reads
    outside, font = str(lecture.parent / "outside.txt"), str(lecture.parent / "own.ttf")
    assert {name.replace(outside, "OUTSIDE").replace(font, "FONT") for name in reads} - {
        "the current folder"
    } == names
    assert now(reads, lecture) == reads


@pytest.mark.parametrize("body", NOT_READ.values(), ids=NOT_READ)
@pytest.mark.filterwarnings("ignore:x:UserWarning")
def test_what_others_read_for_themselves_is_not_noted(lecture: Path, body: str) -> None:
    assert note(lecture, body).reads == {}


def test_the_value_is_that_of_the_first_read(lecture: Path) -> None:
    before = now(["data/a.txt"], lecture)
    body = (
        "open('data/a.txt').close()\n    __import__('subprocess').run(['cp', 'lecture.toml', 'data/a.txt'])"
    )
    (lecture / "lecture.toml").write_text("2", encoding="utf-8")
    assert note(lecture, body).reads["data/a.txt"] == before["data/a.txt"]
    assert now(["data/a.txt"], lecture) != before


def relink(link: Path, target: str) -> None:
    link.unlink()
    link.symlink_to(target)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("data/a.txt", lambda folder: (folder / "data/a.txt").write_text("2", encoding="utf-8")),
        ("data/a.txt", lambda folder: (folder / "data/a.txt").unlink()),
        ("data/a.txt", lambda folder: replace_by_folder(folder / "data/a.txt")),
        ("data/", lambda folder: (folder / "data/new.txt").touch()),
        ("data/", lambda folder: (folder / "data/a.txt").rename(folder / "data/c.txt")),
        ("none.txt", lambda folder: (folder / "none.txt").touch()),
        ("link.txt", lambda folder: (folder.parent / "outside.txt").write_text("2", encoding="utf-8")),
        ("link.txt", lambda folder: relink(folder / "link.txt", "data/b.npy")),
        ("elsewhere/a.txt", lambda folder: relink(folder / "elsewhere", "experiments")),
    ],
)
def test_a_change_of_a_file_that_was_read_is_seen(
    lecture: Path, name: str, change: Callable[[Path], object]
) -> None:
    before = now([name], lecture)
    change(lecture)
    assert now([name], lecture) != before


@pytest.mark.parametrize(("before", "after"), [("3", "4"), ("3", None), (None, ""), (None, "not set")])
def test_a_change_of_a_variable_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None, after: str | None
) -> None:
    values = []
    for value in (before, after):
        monkeypatch.delenv("OFFSET", raising=False)
        if value is not None:
            monkeypatch.setenv("OFFSET", value)
        values.append(now(["variable OFFSET"], tmp_path))
    assert values[0] != values[1]


def test_where_the_lecture_lies_changes_no_name_and_no_value(lecture: Path, tmp_path: Path) -> None:
    before = note(lecture, "open(LECTURE / 'data/a.txt').close()\n    os.listdir(LECTURE / 'data')").reads
    moved = lecture.rename(tmp_path / "moved")
    os.chdir(moved)
    assert (
        note(moved, "open(LECTURE / 'data/a.txt').close()\n    os.listdir(LECTURE / 'data')").reads == before
    )


def test_modules_of_the_lecture_are_noted_with_what_they_read_on_import(lecture: Path) -> None:
    (lecture / "helper.py").write_text("import os\nX = os.environ['OFFSET']\n", encoding="utf-8")
    for _ in range(2):  # although it is imported already
        noted = note(lecture, "import helper")
        assert noted.reads == {"variable OFFSET": "'3'"}
        own = {Path(path).name for path in noted.modules if Path(path).is_relative_to(lecture)}
        assert own == {"own.py", "helper.py"}


@pytest.mark.parametrize(
    "body", ["open('data/a.txt').close()", "os.getcwd()", "Path('x').resolve()", "os.path.abspath('x')"]
)
def test_the_current_folder_counts_where_a_path_depends_on_it(
    lecture: Path, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = []
    for folder in (lecture, lecture / "data", lecture.parent):
        monkeypatch.chdir(folder)
        values.append(note(lecture, f"try:\n        {body}\n    except OSError:\n        pass").reads)
        assert now(["the current folder"], lecture).items() <= values[-1].items()
    assert [reads["the current folder"] for reads in values] == [".", "data", str(lecture.parent)]


def test_a_folder_that_the_experiment_itself_goes_to_is_not_where_it_began(lecture: Path) -> None:
    reads = note(lecture, "os.chdir(LECTURE / 'data')\n    open('a.txt').close()").reads
    assert reads.keys() == {"data/a.txt", "the current folder"}
    os.chdir(lecture)
    assert now(reads, lecture) == reads


def test_an_output_of_figgen_is_no_source(lecture: Path) -> None:
    (lecture / "output").mkdir()
    (lecture / "output/manifest.json").write_text('{\n "seal": "', encoding="utf-8")
    (lecture / "output/a.txt").write_text("1", encoding="utf-8")
    assert note(lecture, "open('output/a.txt').close()\n    os.path.exists('output/b')").reads == {}


def test_a_secret_is_not_shown_in_a_value(lecture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "hush")
    monkeypatch.setenv("LONG", "x" * 100)
    reads = note(lecture, "os.environ['API_TOKEN'], os.environ['LONG']").reads
    assert all(value.startswith("#") for value in reads.values())
    assert len(set(reads.values())) == 2


def test_who_copies_the_environment_reads_all_of_it_but_what_a_shell_sets(
    lecture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHLVL", "1")
    reads = note(lecture, "dict(os.environ)").reads
    assert reads["variable OFFSET"] == "'3'"
    assert "variable SHLVL" not in reads


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "open('log.txt', 'w').close()",
            "writes log.txt into the lecture; a simulation returns what it computes, and writes no file",
        ),
        (
            "np.savetxt('t', [1]); os.replace('t', 'data/a.txt')",
            "writes data/a.txt into the lecture; a simulation returns what it computes, and writes no file",
        ),
        (
            "import socket\n    s = socket.socket()\n    s.setblocking(False)\n"
            "    s.connect_ex(('192.0.2.1', 9)) and s.close()",
            "reads from the network (192.0.2.1), where figgen sees no change; "
            "keep a copy of the data in the lecture",
        ),
        (
            "os.system('true')",
            "starts another program: what that reads is not noticed; name its files in a string "
            "beside the call",
        ),
        (
            "import subprocess\n    subprocess.run(['true'])",
            "starts another program (true): what that reads is not noticed; name its files in a string "
            "beside the call",
        ),
    ],
)
def test_what_no_trace_can_follow_is_told_with_its_line(lecture: Path, body: str, told: str) -> None:
    problems = note(lecture, body).problems
    own = lecture / "experiments/chapter/own.py"
    line = len(f"{HEAD}    {body}".splitlines())
    assert f"{own}:{line}: {told}" in map(str, problems)


def test_a_variable_that_is_set_where_it_was_not_has_been_read_before(
    lecture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCALE", "3")
    monkeypatch.delenv("SCALE")  # and again in the end
    reads = note(lecture, "int(os.environ.setdefault('SCALE', '2')) + int(os.environ['SCALE'])").reads
    assert reads == {"variable SCALE": "not set"}


def test_a_server_on_this_machine_is_no_network(lecture: Path) -> None:
    body = "import socket\n    s = socket.socket(); s.connect_ex(('127.0.0.1', 9)); s.close()"
    assert note(lecture, body).problems == ()


def test_outside_a_trace_nothing_is_changed(lecture: Path) -> None:
    before = os.stat, os.lstat, type(os.environ).__getitem__, type(os.environ).__iter__
    note(lecture, "os.environ['OFFSET']")
    assert (os.stat, os.lstat, type(os.environ).__getitem__, type(os.environ).__iter__) == before


def test_not_there_is_told_apart_from_an_empty_file(lecture: Path) -> None:
    assert now(["none.txt"], lecture) == {"none.txt": NOT_THERE}
    (lecture / "none.txt").touch()
    assert now(["none.txt"], lecture)["none.txt"].startswith("#")
