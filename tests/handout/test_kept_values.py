"""What chapters ask results for is kept, and no longer than all that it comes from stays as it is."""

from collections.abc import Callable
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_lecture import edit, figgen, write_tiny_lecture

from figgen.handout.kept_values import Asked, KeptValues, made_of

VALUES: tuple[Any, ...] = (
    *(1, True, -0.1, float("inf"), "α", None, (1, 2.5, "b"), ()),
    *(np.float64(0.1), np.int32(7), np.bool_(True), np.array(2.5), np.array([[1, 2], [3, 4]], np.int16)),
)


class Lecture:
    """Holds what is asked for."""

    def __init__(self, value: Any) -> None:
        self.value_asked_for = value

    def times(self, factor: Any, *, less: Any = 0) -> Any:
        """Return as many of it, less so many."""
        return factor * self.value_asked_for - less


def steadily(call: Callable[[], Any]) -> tuple[Any, bool]:
    return call(), True


def nothing() -> Any:
    raise AssertionError("it was made again")


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_read_as_it_was(value: Any) -> None:
    kept = KeptValues()
    assert Asked(lambda: Lecture(value), "origin", kept, steadily).value_asked_for is value
    again = Asked(nothing, "origin", KeptValues(kept.used), steadily).value_asked_for
    assert type(again) is type(value)
    assert getattr(again, "dtype", None) == getattr(value, "dtype", None)
    assert np.array_equal(again, value)


@pytest.mark.parametrize(
    "value",
    [[1], {1: 2}, Lecture(1), (Lecture(1),), print, np.array([None])],
    ids=["a list", "a dictionary", "an object", "an object in a tuple", "a function", "an array of objects"],
)
def test_what_might_be_read_otherwise_is_not_kept(value: Any) -> None:
    kept = KeptValues()
    assert Asked(lambda: Lecture(value), "origin", kept, steadily).value_asked_for is value
    assert not kept.used


def test_nothing_is_kept_that_may_come_from_what_was_read_for_another_value() -> None:
    kept, steady = KeptValues(), chain([False], repeat(True))
    asked = Asked(lambda: Lecture(1), "origin", kept, lambda call: (call(), next(steady)))
    assert (asked.value_asked_for, asked.times(2)) == (1, 2)
    assert not kept.used


def test_what_comes_from_elsewhere_or_unsteadily_is_not_taken() -> None:
    kept = KeptValues()
    assert Asked(lambda: Lecture(1), "origin", kept, lambda call: (call(), False)).value_asked_for == 1
    assert Asked(lambda: Lecture(2), "origin", kept, steadily).value_asked_for == 2
    assert Asked(lambda: Lecture(3), "another", KeptValues(kept.used), steadily).value_asked_for == 3


def test_what_a_method_gives_is_kept_by_what_it_was_given() -> None:
    kept = KeptValues()
    asked = Asked(lambda: Lecture(2), "origin", kept, steadily)
    calls: tuple[tuple[Any, dict[str, Any]], ...]
    calls = (3, {}), (np.array([1, 2]), {}), (3, {"less": 1}), (3, {"less": 2.0})
    given = [repr(asked.times(factor, **words)) for factor, words in calls]
    assert given == ["6", "array([2, 4])", "5", "4.0"]
    again = Asked(nothing, "origin", KeptValues(kept.used), steadily)
    assert [repr(again.times(factor, **words)) for factor, words in calls] == given
    with pytest.raises(AssertionError, match="made again"):
        again.times({})


def test_what_stands_for_a_value_is_used_like_it() -> None:
    asked = Asked(lambda: (1, 2), "origin", KeptValues(), steadily)
    assert (str(asked), bool(asked), asked == (1, 2), 1 in asked) == ("(1, 2)", True, True, True)
    assert (asked[1], [*asked], len(asked), hash(asked)) == (2, [1, 2], 2, hash((1, 2)))
    assert asked.index(2) == 1
    assert made_of(asked) == made_of((1, 2)) == (1, 2)
    assert Asked(lambda: str, "origin", KeptValues(), steadily)(1) == "1"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A lecture that shows what a result says by a property, built."""
    folder = tmp_path / "lecture"
    write_tiny_lecture(folder)
    edit(
        folder / "experiments/chance/coin.py",
        "    share: float\n",
        "    share: float\n\n    @property\n    def told(self):\n        return TOLD\n",
    )
    edit(
        folder / "experiments/chance/coin.py",
        "import numpy as np\n",
        'import numpy as np\n\nTOLD = "before"\n',
    )
    edit(folder / "en/chance.md.j2", "# Chance\n", "# Chance\n\nTold {{ result.coin.told }}.\n")
    return folder


def page(folder: Path, text: str) -> bool:
    """Build a page; tell whether it shows a text."""
    done = figgen("build", "--lang", "en", "--to", "html", cwd=folder)
    assert done.returncode == 0, done.stderr
    return text in (folder / "output/handout.en.html").read_text(encoding="utf-8")


COIN = "experiments/chance/coin.py"
EDITS: dict[str, tuple[str, str, str]] = {
    "a constant behind it": (COIN, 'TOLD = "before"', 'TOLD = "after"'),
    "the property": (COIN, "return TOLD", 'return "after"'),
    "a helper": ("helper.py", "before", "after"),
    "a file that it reads": ("told.txt", "before", "after"),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_page_shows_what_a_result_says_now(tiny: Path, name: str) -> None:
    file, old, new = EDITS[name]
    (tiny / "helper.py").write_text('TOLD = "before"\n', encoding="utf-8")
    (tiny / "told.txt").write_text("before", encoding="utf-8")
    if file == "helper.py":
        edit(tiny / COIN, 'TOLD = "before"', "from helper import TOLD")
    if file == "told.txt":
        edit(
            tiny / COIN,
            "return TOLD",
            'return open(__file__.replace("experiments/chance/coin.py", "told.txt")).read()',
        )
    assert page(tiny, "Told before.")
    edit(tiny / "en/chance.md.j2", "Told", "Said")
    assert page(tiny, "Said before.")
    edit(tiny / file, old, new)
    edit(tiny / "en/chance.md.j2", "Said", "Told")
    assert page(tiny, "Told after.")
