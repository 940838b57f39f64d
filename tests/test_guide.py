"""The guide: its listings are put together to a lecture, its commands run, its messages are told."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import pytest
import yaml
from filelock import FileLock
from tiny_lecture import edit, figgen

from figgen.settings.checks import KEYS

TOP = Path(__file__).parent.parent
GUIDE = TOP / ".github" / "GUIDE.md"
_LISTING = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing of the guide: its kind, the file that it is, or goes on; and its text."""

    kind: str
    path: str
    text: str


LISTINGS = [Listing(*match) for match in _LISTING.findall(GUIDE.read_text(encoding="utf-8"))]


def section(title: str) -> str:
    """Return the text of a section of the guide."""
    text = GUIDE.read_text(encoding="utf-8")
    return text[text.index(f"\n## {title}\n") :].split("\n## ")[1]


def write_lecture(folder: Path) -> None:
    """Put the listings together; one of a file that is there already goes on with it."""
    for listing in LISTINGS:
        if listing.path != "run":
            path = folder / listing.path
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text(encoding="utf-8") + "\n" if path.exists() else ""
            path.write_text(before + listing.text, encoding="utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's lecture, built."""
    folder = tmp_path_factory.mktemp("guide") / "decay"
    write_lecture(folder)
    done = figgen("build", cwd=folder)
    assert (done.returncode, done.stderr.count("✗")) == (0, 0), done.stderr
    assert "4 figures (1 illustration), 4 of 4 claims hold" in done.stdout
    return folder


@pytest.fixture
def made(whole: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(whole, tmp_path / "decay")


def test_every_listing_says_what_it_is() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert text.count("\n```") == 2 * len(LISTINGS)
    assert [listing for listing in LISTINGS if not listing.path] == []


def test_the_lecture_of_the_guide_is_whole_and_true(whole: Path) -> None:
    done = figgen("check", cwd=whole)
    assert (done.returncode, "✗" in done.stderr, "!" in done.stderr) == (0, False, False)
    german = (whole / "output" / "handout.de.html").read_text(encoding="utf-8")
    english = (whole / "output" / "handout.en.html").read_text(encoding="utf-8")
    assert re.search(r"Nach 13,\d Minuten", german)
    assert re.search(r"after 13\.\d minutes", english)
    assert "Doppelte Wahrscheinlichkeit, halbe Zeit" in german
    assert english.count('class="slider"') == 1
    assert "A remark is set apart." in english


COMMANDS = [
    line for listing in LISTINGS if listing.kind == "sh" for line in listing.text.splitlines() if line
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_guide_runs(made: Path, command: str) -> None:
    program, *words = shlex.split(command)
    assert program == "figgen"
    done = figgen(*words, cwd=made)
    fails = 1 if "chance=0.01" in command else 0  # the guide shows how another chance breaks a claim
    assert done.returncode in (0, fails), done.stderr
    assert "Traceback" not in done.stderr


def test_commands_and_options_in_the_text_are_figgens() -> None:
    """Those of which a line is a part, such as `figgen build --edition student`."""
    helps: dict[str, str] = {}
    for command in re.findall(r"`figgen ([^`]+)`", GUIDE.read_text(encoding="utf-8")):
        name, *words = command.split()
        helps.setdefault(name, figgen(name, "--help", cwd=TOP).stdout)
        assert f"figgen {name} " in helps[name].splitlines()[0], command
        for option in (word for word in words if word.startswith("--")):
            assert f" {option} " in helps[name] or f" {option}\n" in helps[name], command


def test_every_key_of_lecture_toml_is_told() -> None:
    told = re.findall(r"^\| `(\w+)` \|", section("lecture.toml"), re.MULTILINE)
    assert sorted(told) == sorted(KEYS)


def test_the_files_for_ci_are_yaml_and_take_what_there_is() -> None:
    files = {item.path: yaml.safe_load(item.text) for item in LISTINGS if item.kind == "yaml"}
    action = yaml.safe_load((TOP / ".github/actions/figgen/action.yml").read_text(encoding="utf-8"))
    step = files[".github/workflows/lecture.yml"]["jobs"]["lecture"]["steps"][1]
    assert "/.github/actions/figgen@" in step["uses"]
    assert set(step["with"]) <= set(action["inputs"])
    (hook,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert files[".pre-commit-config.yaml"]["repos"][0]["hooks"][0]["id"] == hook["id"]


MESSAGES = re.findall(r"^\| (.+?) \| .+ \|$", section("Troubleshooting"), re.MULTILINE)[1:]
CHAPTER = "en/decay.md.j2"
EXPERIMENT = "experiments/decay/half_life.py"
TOLD_ELSEWHERE = {
    "to notice what is saved needs watchfiles: pip install 'figgen[watch]'": "preview/test_preview.py",
    "cannot serve at port …; choose another --port, or none for a free one": "preview/test_preview.py",
}
"""Messages that a test of their own has the cause of."""


def adding(text: str) -> Callable[[Path], None]:
    """Return what puts a text at the end of the chapter."""

    def add(folder: Path) -> None:
        with (folder / CHAPTER).open("a", encoding="utf-8") as chapter:
            chapter.write(f"\n{text}\n")

    return add


def changing(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what replaces a text in a file."""
    return lambda folder: edit(folder / path, old, new)


def keeping_busy(folder: Path) -> None:
    """Be at work in the output folder for some seconds."""
    lock = FileLock(folder / "output" / ".cache" / "lock", thread_local=False)
    lock.acquire()
    Timer(3, lock.release).start()


CAUSES: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    "unknown value": ("build", adding("{{ result.half_life.half_live | num }}")),
    "unknown name": ("build", adding("{{ reslt.half_life }}")),
    "Jinja:": ("build", adding("{% if x %}")),
    "the figure": ("build", adding('{% call figure("chain") %}c{% endcall %}')),
    "no chapter shows": ("build", changing(CHAPTER, '{% call figure("chain"', '{% call figure("half_life"')),
    "this :::": ("build", adding("::: remark\nopen")),
    "unknown reference": ("build", adding("See @sec-lawn.")),
    "unknown citation": ("build", adding("See [@rutherford1901].")),
    "pandoc cannot": ("build", adding(r"$\fooo$")),
    "HTML has": ("build", adding("a<br>b")),
    "unknown key": ("build", changing("lecture.toml", "authors =", "author =")),
    "… must be an": ("build", changing(EXPERIMENT, "param(4000", "param(4")),
    "is missing:": ("build", changing("lecture.toml", '["decay"]', '["decay", "fusion"]')),
    "the statement": ("build", changing(EXPERIMENT, "after {value} minutes", "after some minutes")),
    "✗ …: measured": ("check", changing(EXPERIMENT, "at_most(0)", "at_most(-999)")),
    "is out of": ("check", changing(EXPERIMENT, "at_most(0)", "at_most(-1)")),
    "another figgen": ("build --force", keeping_busy),
    "no translation": ("build", changing("locale/de.po", "Two steps, and", "Some steps, and")),
}
"""By the beginning of a message: the command that tells it, and what to do to a lecture."""


def pieces(message: str) -> Iterator[str]:
    """Yield the fixed texts of a message, in their order."""
    for code in re.findall(r"`([^`]+)`", message):
        yield from filter(None, (piece.strip() for piece in code.split("…")))


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_of_the_guide_is_told_by_figgen(made: Path, message: str) -> None:
    plain = message.strip("`")
    if plain in TOLD_ELSEWHERE:
        test = (TOP / "tests" / TOLD_ELSEWHERE[plain]).read_text(encoding="utf-8")
        assert max(pieces(message), key=len) in test
        return
    ((command, cause),) = [found for begins, found in CAUSES.items() if plain.startswith(begins)]
    cause(made)
    done = figgen(*command.split(), *(["--to", "html"] if command != "check" else []), cwd=made)
    said = re.escape("\0").join(map(re.escape, pieces(message))).replace(re.escape("\0"), ".+")
    assert re.search(said, done.stderr), done.stderr
    assert "Traceback" not in done.stderr


def test_the_readme_leads_to_the_guide_at_once() -> None:
    first_screen = (TOP / "README.md").read_text(encoding="utf-8")[:1500]
    assert "(.github/GUIDE.md)" in first_screen


def test_links_in_the_guide_lead_somewhere() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", _LISTING.sub("", text), re.MULTILINE)
    names = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^):]+)\)", _LISTING.sub("", text)):
        assert target[1:] in names if target.startswith("#") else (GUIDE.parent / target).exists(), target
