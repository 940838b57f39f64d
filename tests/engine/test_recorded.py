"""Times are shown as recorded, and `--retime` takes fresh ones; each is made once, and then current."""

from pathlib import Path

import pytest
from tiny_lecture import edit, figgen, steps

from figgen.request import read_request

FROM_COIN = {"simulate coin", "draw coin (en)", "draw coin (sk)"}
FROM_COIN |= {f"write handout.{language}.{kind}" for language in ("en", "sk") for kind in ("html", "pdf")}


@pytest.fixture
def recorded(built: Path) -> Path:
    """The folder of a built lecture whose coin was tossed once and for all, unless it is measured."""
    coin = built / "experiments/chance/coin.py"
    edit(coin, "at_least=10)\n", 'at_least=10)\n    measure: bool = param(False, "toss it anew")\n')
    edit(coin, "import numpy as np\n", "from pathlib import Path\n\nimport numpy as np\n")
    edit(
        coin,
        "    heads =",
        "    if not params.measure:\n"
        '        heads = np.loadtxt(Path(__file__).parent / "assets" / "heads.txt")\n'
        "        return Result(heads, heads[-1] / len(heads))\n"
        "    heads =",
    )
    edit(coin, "    params=Params(),\n", "    params=Params(),\n    recorded=True,\n")
    (coin.parent / "assets").mkdir()
    (coin.parent / "assets" / "heads.txt").write_text("1 1 2 2\n", encoding="utf-8")
    assert steps(figgen("build", cwd=built)) == FROM_COIN
    return built


def test_a_measurement_is_taken_once_and_is_then_current(recorded: Path) -> None:
    assert steps(figgen("build", "--retime", cwd=recorded)) == FROM_COIN
    assert steps(figgen("build", "--retime", cwd=recorded)) == set()
    assert figgen("check", "--retime", cwd=recorded).returncode == 0
    done = figgen("check", cwd=recorded)
    assert "figures/en/coin.svg: is out of date: parameter measure was True; run figgen build" in done.stderr
    assert steps(figgen("build", cwd=recorded)) == FROM_COIN
    assert figgen("check", cwd=recorded).returncode == 0


def test_another_recording_is_read_and_shown(recorded: Path) -> None:
    edit(recorded / "experiments/chance/assets/heads.txt", "1 1 2 2", "1 1 1 2")
    done = figgen("check", cwd=recorded)
    assert (
        "figures/en/coin.svg: is out of date: experiments/chance/assets/heads.txt changed; run figgen build"
        in done.stderr
    )
    assert steps(figgen("build", cwd=recorded)) == FROM_COIN


def test_show_and_figures_measure_as_well(recorded: Path) -> None:
    assert "measure = False" in figgen("show", "coin", cwd=recorded).stdout
    assert "measure = True" in figgen("show", "coin", "--retime", cwd=recorded).stdout
    assert steps(figgen("figures", "coin", "--retime", "--lang", "en", cwd=recorded)) == {
        "simulate coin",
        "draw coin (en)",
    }


def test_only_recorded_experiments_are_measured_and_a_setting_has_the_last_word(recorded: Path) -> None:
    asked = {"lecture": recorded, "output": recorded / "output", "seed": 0, "jobs": 1, "timeout": None}
    asked["retime"] = True
    request = read_request(asked | {"settings": []})
    assert request.options.settings == {"coin": {"measure": "true"}}
    asked["settings"] = [("coin", "measure", "false"), ("coin", "tosses", "20"), ("dice", "tosses", "30")]
    assert read_request(asked).options.settings == {
        "coin": {"measure": "false", "tosses": "20"},
        "dice": {"tosses": "30"},
    }
