"""Ways to read something: each gives a line that goes before, and an expression."""

from collections.abc import Callable

from random_lectures.model import Lecture

Reading = Callable[[Lecture, str], tuple[str, str]]


def _data(lecture: Lecture, folder: str) -> tuple[str, str]:
    """Return the path of a new data file, and a Python expression for it."""
    name = f"{folder}{lecture.fresh('data')}.txt"
    lecture.files[name] = f"{lecture.rng.randrange(100, 1000)}\n"
    lecture.turns[name] = lambda place, rng: (place / name).write_text(
        f"{rng.randrange(100, 1000)}\n", encoding="utf-8"
    )
    return name, f"__import__('lecture_folder').FOLDER / {name!r}"


def _read_text(lecture: Lecture, file: str) -> tuple[str, str]:
    _, path = _data(lecture, lecture.rng.choice(["", "data/", "experiments/chance/", "../"]))
    return "", f"int(({path}).read_text())"


def _read_on_import(lecture: Lecture, file: str) -> tuple[str, str]:
    _, path = _data(lecture, "data/")
    name = lecture.fresh("READ")
    return f"{name} = int(open({path}).read())", name


def _read_with_numpy(lecture: Lecture, file: str) -> tuple[str, str]:
    _, path = _data(lecture, "data/")
    return "", f"int(__import__('numpy').{lecture.rng.choice(['loadtxt', 'genfromtxt'])}({path}))"


def _read_in_current_folder(lecture: Lecture, file: str) -> tuple[str, str]:
    name, _ = _data(lecture, "data/")
    return "", f"int(open({name!r}).read())"


def _read_variable(lecture: Lecture, file: str) -> tuple[str, str]:
    name = lecture.fresh("VARIABLE")
    lecture.environment[name] = lecture.rng.choice([None, "1", "22"])
    lecture.turns[f"${name}"] = lambda folder, rng: {name: rng.choice([None, "333", "4444"])}
    how = lecture.rng.choice(
        ["os.environ.get({0!r}, 5)", "os.getenv({0!r}, 5)", "os.environ[{0!r}] if {0!r} in os.environ else 7"]
    )
    return "import os", f"int({how.format(name)})"


def _look_whether_there(lecture: Lecture, file: str) -> tuple[str, str]:
    name = f"data/{lecture.fresh('maybe')}.txt"
    lecture.files["data/always.txt"] = ""
    lecture.turns[f"{name} is there"] = lambda folder, rng: (folder / name).touch()
    how = lecture.rng.choice(
        ["Path(os.path.join(F, {0!r})).exists()", "os.path.isfile(os.path.join(F, {0!r}))"]
    )
    return (
        "import os\nfrom pathlib import Path\nfrom lecture_folder import FOLDER as F",
        f"50 * {how.format(name)}",
    )


def _count_files(lecture: Lecture, file: str) -> tuple[str, str]:
    folder = lecture.fresh("many")
    lecture.files[f"{folder}/a.txt"] = ""
    lecture.turns[f"another in {folder}"] = lambda place, rng: (place / folder / "b.txt").touch()
    how = lecture.rng.choice(
        ["list((F / {0!r}).iterdir())", "list((F / {0!r}).glob('*.txt'))", "os.listdir(F / {0!r})"]
    )
    return "import os\nfrom lecture_folder import FOLDER as F", f"70 * len({how.format(folder)})"


READINGS: list[Reading] = [
    _read_text,
    _read_on_import,
    _read_with_numpy,
    _read_in_current_folder,
    _read_variable,
    _look_whether_there,
    _count_files,
]
