"""Small lectures of which `simulate` reaches a function in every way there is: an edit of it is seen."""

from importlib.metadata import version
from pathlib import Path

import pytest
from tiny_lecture import edit

from figgen.engine.code.modules import Places
from figgen.engine.fingerprint import Code

OWN = "experiments/chapter/own.py"
SIMULATE = "\n\ndef simulate(params, rng):\n    return {call}\n\n\ndef draw(result, figure, tr):\n    pass\n"
MOVED = "def moved(x):\n    return x + 0\n"
TABLE = "METHODS = {}\n\n\ndef method(f):\n    METHODS[f.__name__] = f\n    return f\n"
REGISTERED = TABLE + "\n\n@method\n" + MOVED
HEIRS = "class Base:\n    heirs = []\n\n    def __init_subclass__(cls):\n        Base.heirs.append(cls)\n"


def own(imports: str, call: str) -> dict[str, str]:
    """Return an experiment file with some imports and a simulation."""
    return {OWN: imports + SIMULATE.format(call=call)}


REACHED: dict[str, dict[str, str]] = {
    "a relative import in a package": own("from toolbox import moved", "moved(1)")
    | {"toolbox/__init__.py": "from .core import moved\n", "toolbox/core.py": MOVED},
    "a module imported from a package": own("from toolbox import core", "core.moved(1)")
    | {"toolbox/__init__.py": "", "toolbox/core.py": MOVED},
    "a module that the package itself imports": own("import toolbox", "toolbox.core.moved(1)")
    | {"toolbox/__init__.py": "from . import core\n", "toolbox/core.py": MOVED},
    "a submodule by its whole name": own("import toolbox.core", "toolbox.core.moved(1)")
    | {"toolbox/__init__.py": "", "toolbox/core.py": MOVED},
    "a submodule of a package without __init__": own("import toolbox.core as c", "c.moved(1)")
    | {"toolbox/core.py": MOVED},
    "a relative import from two levels up": own("from toolbox.a.b import f", "f(1)")
    | {"toolbox/a/b.py": "from ..core import moved as f\n", "toolbox/core.py": MOVED},
    "a helper beside the experiment": own("from .near import moved", "moved(1)")
    | {"experiments/chapter/near.py": MOVED},
    "a helper beside the chapters": own("from ..near import moved", "moved(1)")
    | {"experiments/near.py": MOVED},
    "the package's own code": own("import toolbox.core", "toolbox.core.f()")
    | {
        "toolbox/__init__.py": MOVED + "\n\nSHIFT = moved(1)\nprint(SHIFT)\n",
        "toolbox/core.py": "def f(): 0\n",
    },
    "all names of a module": own("from helpers import *", "moved(1)") | {"helpers.py": MOVED},
    "all names of a module through another": own("from helpers import *", "moved(1)")
    | {"helpers.py": "from deeper import *\n", "deeper.py": MOVED},
    "a name that a module has from all of another": own("import helpers", "helpers.moved(1)")
    | {"helpers.py": "from deeper import *\n", "deeper.py": MOVED},
    "import_module": own("import importlib", "importlib.import_module('helpers').moved(1)")
    | {"helpers.py": MOVED},
    "import_module under another name": own(
        "from importlib import import_module as get", "get('helpers').moved(1)"
    )
    | {"helpers.py": MOVED},
    "a relative import_module": own(
        "import importlib", "importlib.import_module('.near', __package__).moved(1)"
    )
    | {"experiments/chapter/near.py": MOVED},
    "import_module with a name made at run time": own(
        "import importlib", "importlib.import_module('help' + 'ers').moved(1)"
    )
    | {"helpers.py": MOVED},
    "import_module handed on": own("import importlib", "list(map(importlib.import_module, NAMES))")
    | {"helpers.py": MOVED},
    "sys.modules": own("import sys, helpers as h", "sys.modules['help' + 'ers'].moved(1)")
    | {"helpers.py": MOVED},
    "a decorator that puts it into a table": own(REGISTERED, "METHODS['mo' + 'ved'](1)"),
    "a decorator in a helper": own("from helpers import METHODS", "METHODS['mo' + 'ved'](1)")
    | {"helpers.py": REGISTERED},
    "a decorator in a module imported for that alone": own(
        "import more\nfrom helpers import METHODS", "METHODS['mo' + 'ved'](1)"
    )
    | {"helpers.py": TABLE, "more.py": "from helpers import method\n\n\n@method\n" + MOVED},
    "a registering call": own(TABLE + MOVED + "\n\n_ = method(moved)\n", "METHODS['mo' + 'ved'](1)"),
    "a registering method": own(MOVED + "\n\nTABLE = []\nNONE = TABLE.append(moved)\n", "TABLE[0](1)"),
    "a table filled under another name": own(
        "T = {}\nALIAS = T\n" + MOVED + "\n\nALIAS['x'] = moved\n", "T['x'](1)"
    ),
    "a table made larger": own("T = []\nALIAS = T\n" + MOVED + "\n\nALIAS += [moved]\n", "T[0](1)"),
    "a default that registers": own(
        TABLE + MOVED + "\n\ndef unused(x=method(moved)):\n    pass\n", "METHODS['mo' + 'ved'](1)"
    ),
    "a class that its base class notes": own(
        HEIRS + "\n\nclass Heir(Base):\n" + "    @staticmethod\n    " + MOVED.replace("\n    ", "\n        "),
        "Base.heirs[0].moved(1)",
    ),
    "a class that its base class is asked for": own(
        "class Base:\n    pass\n\n\nclass Heir(Base):\n"
        "    @staticmethod\n    " + MOVED.replace("\n    ", "\n        "),
        "Base.__subclasses__()[0].moved(1)",
    ),
    "a branch beside TYPE_CHECKING": own(
        "from typing import TYPE_CHECKING\n"
        "if not TYPE_CHECKING:\n    from helpers import moved\nelse:\n    from typed import moved\n",
        "moved(1)",
    )
    | {"helpers.py": MOVED, "typed.py": "def moved(x): ...\n"},
    "the else of TYPE_CHECKING": own(
        "import typing\nif typing.TYPE_CHECKING:\n    from typed import moved\n"
        "else:\n    from helpers import moved\n",
        "moved(1)",
    )
    | {"helpers.py": MOVED, "typed.py": "def moved(x): ...\n"},
    "an import that may fail": own(
        "try:\n    from fast import moved\nexcept ImportError:\n    from helpers import moved\n", "moved(1)"
    )
    | {"helpers.py": MOVED},
    "a definition in a branch": own("if True:\n    " + MOVED.replace("\n    ", "\n        "), "moved(1)"),
    "a name imported and then defined": own("from math import floor as moved\n\n\n" + MOVED, "moved(1)"),
    "a name in quotes": own(MOVED, "getattr(__import__('sys').modules[__name__], 'moved')(1)"),
    "an annotation in quotes": own(MOVED + "\n\ndef f(x: 'moved'):\n    pass\n", "f.__annotations__"),
    "__getattr__ of a module": own("import helpers", "helpers.shifted(1)")
    | {"helpers.py": MOVED + "\n\ndef __getattr__(name):\n    return globals()['mo' + 'ved']\n"},
    "a class body": own("class Box:\n    value = 1 + 0\n" + "    y = x + 0\n", "Box.value"),
    "a call in another function": own(MOVED + "\n\ndef f():\n    return lambda: moved(1)\n", "f()()"),
    "an async function": own("async def moved(x):\n    return x + 0\n", "moved(1)"),
    "a global that a function sets": own(
        MOVED + "\n\nSTATE = 0\n\n\ndef f():\n    global STATE\n    STATE = moved(1)\n\n\nf()\n", "STATE"
    ),
    "a pickle": own("import pickle, helpers as h", "pickle.loads(DATA)(1)") | {"helpers.py": MOVED},
    "pkgutil": own("import pkgutil", "pkgutil.resolve_name('help' + 'ers:mo' + 'ved')(1)")
    | {"helpers.py": MOVED},
    "the globals of a function": own("from helpers import other", "other.__globals__['mo' + 'ved'](1)")
    | {"helpers.py": "def other():\n    pass\n\n\n" + MOVED},
    "the globals of what a call gives": own(
        "from helpers import other", "getattr(other(), '__globals__')['mo' + 'ved'](1)"
    )
    | {"helpers.py": "def other():\n    return other\n\n\n" + MOVED},
    "the module of a function": own(
        "import inspect\nfrom helpers import other", "inspect.getmodule(other).moved(1)"
    )
    | {"helpers.py": "def other():\n    pass\n\n\n" + MOVED},
    "a module found by importlib.util": own(
        "import importlib.util as u", "u.module_from_spec(u.find_spec('help' + 'ers'))"
    )
    | {"helpers.py": MOVED},
    "a module that a function imports for all": own(
        "def load():\n    global h\n    import helpers as h\n", "(load(), h.moved(1))"
    )
    | {"helpers.py": MOVED},
    "a name given on the way": own("import helpers\nFIRST = (f := helpers.moved)(0)\n", "f(1)")
    | {"helpers.py": MOVED},
    "an object that notes its name in a class": own(
        "class Note:\n    kept = []\n\n    def __set_name__(self, owner, name):\n"
        "        Note.kept.append(owner)\n\n\nclass Box:\n    x = Note()\n\n    @staticmethod\n    "
        + MOVED.replace("\n    ", "\n        "),
        "Note.kept[0].moved(1)",
    ),
    "an object that notes what it is called with": own(
        "class Note:\n    kept = []\n\n    def __call__(self, f):\n        Note.kept.append(f)\n\n\n"
        + MOVED
        + "\n\nNONE = Note()(moved)\n",
        "Note.kept[0](1)",
    ),
    "an operator that registers": own(
        "from helpers import TABLE\n\n\n" + MOVED + "\n\nNONE = TABLE << moved\n", "TABLE.kept[0](1)"
    )
    | {"helpers.py": "class Table(list):\n    pass\n\n\nTABLE = Table()\n"},
    "a look up that registers": own(
        "from helpers import TABLE\n\n\n" + MOVED + "\n\nNONE = TABLE[moved]\n", "TABLE.kept[0](1)"
    )
    | {"helpers.py": "class Table(list):\n    pass\n\n\nTABLE = Table()\n"},
    "a module with a mark of byte order": own("from helpers import moved", "moved(1)")
    | {"helpers.py": "\ufeff" + MOVED},
    "a module that is no code": own("from helpers import moved", "moved(1)")
    | {"helpers.py": MOVED + "\n\nthis is no code\n"},
}

NOT_REACHED: dict[str, dict[str, str]] = {
    "another function of a helper": own("from helpers import other", "other(1)")
    | {"helpers.py": "def other(x):\n    return x\n\n\n" + MOVED},
    "another module of a package": own("from toolbox.core import other", "other(1)")
    | {"toolbox/__init__.py": "", "toolbox/core.py": "def other(x): 0\n", "toolbox/more.py": MOVED},
    "a function under a decorator that keeps nothing": own(
        "from functools import cache\n\n\n@cache\n" + MOVED, "1"
    ),
    "a method under a decorator that keeps nothing": own(
        "class Box:\n    @property\n    " + MOVED.replace("\n    ", "\n        "), "1"
    ),
    "a measure made by a function": own(
        MOVED + "\n\ndef m(i):\n    return lambda r: moved(r[i])\n\n\nF = m(1)\n", "1"
    ),
    "an object of a plain class": own(
        "from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Step:\n    x: int\n\n    "
        + MOVED.replace("\n    ", "\n        ")
        + "\n\nSTEPS = (Step(1), Step(2))\n",
        "1",
    ),
    "what is for type checkers alone": own(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import helpers\n", "1"
    )
    | {"helpers.py": MOVED + "\nprint(moved(1))\n"},
    "what runs when the file is run by itself": own(
        MOVED + "\n\nif __name__ == '__main__':\n    print(moved(1))\n", "1"
    ),
    "a class in a union of types": own(
        "class Box:\n    @staticmethod\n    "
        + MOVED.replace("\n    ", "\n        ")
        + "\n\nEither = int | Box\n",
        "1",
    ),
    "a module named in no file": own("import importlib", "importlib.import_module('json').dumps(1)")
    | {"helpers.py": MOVED},
    "the experiment's definition": own(
        "from figgen.experiment import Experiment\n"
        + MOVED
        + "\n\nEXPERIMENT = Experiment(moved(1), moved)\n",
        "1",
    ),
}


def seen(lecture: Path, files: dict[str, str]) -> bool:
    """Tell whether the fingerprint of `simulate` changes with the one `+ 0` in the files of a lecture."""
    for name, text in files.items():
        (lecture / name).parent.mkdir(parents=True, exist_ok=True)
        (lecture / name).write_text(text, encoding="utf-8")
    before = Code(Places(lecture)).reached_by(lecture / OWN, "simulate").parts
    edit(next(lecture / name for name, text in files.items() if "+ 0" in text), "+ 0", "+ 1000")
    return Code(Places(lecture)).reached_by(lecture / OWN, "simulate").parts != before


@pytest.mark.parametrize("files", REACHED.values(), ids=REACHED)
def test_an_edit_of_what_is_reached_is_seen(tmp_path: Path, files: dict[str, str]) -> None:
    assert seen(tmp_path, files)


@pytest.mark.parametrize("files", NOT_REACHED.values(), ids=NOT_REACHED)
def test_an_edit_of_what_is_not_reached_is_of_no_account(tmp_path: Path, files: dict[str, str]) -> None:
    assert not seen(tmp_path, files)


def test_a_package_of_experiments_elsewhere_counts_as_the_lecture_does(tmp_path: Path) -> None:
    package = tmp_path / "site" / "course"
    for name, text in {
        "__init__.py": "",
        "parts/__init__.py": "",
        "parts/own.py": "from course.core import moved" + SIMULATE.format(call="moved(1)"),
        "core.py": MOVED,
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    places = Places(tmp_path / "lecture")
    before = Code(places).reached_by(package / "parts/own.py", "simulate").parts
    edit(package / "core.py", "+ 0", "+ 1000")
    after = Code(places).reached_by(package / "parts/own.py", "simulate").parts
    assert {name for name in before if before[name] != after[name]} == {"course/core.py: moved"}


def installed(lecture: Path, imports: str, call: str) -> set[str]:
    """Return the packages that a simulation uses."""
    path = lecture / OWN
    path.parent.mkdir(parents=True)
    path.write_text(imports + SIMULATE.format(call=call), encoding="utf-8")
    return set(Code(Places(lecture)).reached_by(path, "simulate").packages)


@pytest.mark.parametrize(
    ("imports", "call", "packages"),
    [
        ("import scipy.signal as s, yaml", "s.welch(1)", {"scipy"}),
        ("from sklearn.svm import SVC", "SVC()", {"sklearn"}),
        ("from scipy.special import *", "erf(1)", {"scipy"}),
        ("", "__import__('PIL').Image", {"PIL"}),
        ("def f():\n    import torch\n    return torch.ones(1)\n", "f()", {"torch"}),
        ("import math, os.path", "math.pi, os.path.sep", set()),
        ("from figgen.experiment import param", "param", set()),
    ],
)
def test_a_package_that_is_used_counts(tmp_path: Path, imports: str, call: str, packages: set[str]) -> None:
    assert installed(tmp_path, imports, call) == packages


def test_a_package_counts_by_its_version(tmp_path: Path) -> None:
    own_file = tmp_path / OWN
    own_file.parent.mkdir(parents=True)
    own_file.write_text("import PIL, nowhere" + SIMULATE.format(call="PIL, nowhere"), encoding="utf-8")
    key = Code(Places(tmp_path)).reached_by(own_file, "simulate").key
    assert key["PIL"] == f"pillow {version('pillow')}"
    assert key["nowhere"] == "not installed"
