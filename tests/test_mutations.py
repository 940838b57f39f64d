"""A tempting mistake in the core: `figgen check` names the claims that fall, with measure and bound."""

import re
import shutil
from pathlib import Path

import pytest
from tiny_lecture import edit, figgen

from figgen.paths import PACKAGE, built_in_lecture

MISTAKES = {
    "Kaiming without the two": (
        "sim/initializers.py",
        "math.sqrt(2)",
        "math.sqrt(1)",
        {"init_scale.kaiming_signal", "init_scale.relu_signal", "init_scale.relu_gradient"},
    ),
    "tanh' = 1 - tanh": (
        "sim/activations.py",
        "4 * _sigmoid_derivative(2 * _floating(x))",
        "1 - np.tanh(_floating(x))",
        {
            "activation_gallery.derivatives",
            "init_scale.small_gradient_equal",
            "init_scale.large_local_gradient",
        },
    ),
    "unbiased variance in the normalisation": (
        "sim/normalization/standardization.py",
        "x.var(axis=axes, keepdims=True)",
        "x.var(axis=axes, keepdims=True, ddof=1)",
        {"batch_norm_forward.normalised_variance"},
    ),
}


EXPERIMENTS = (
    "activations/activation_gallery",
    "initialization/init_scale",
    "normalization/batch_norm_forward",
)


@pytest.fixture(params=["three experiments", pytest.param("the whole lecture", marks=pytest.mark.long)])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with a copy of figgen, and a lecture of the experiments with these claims, or of all."""
    shutil.copytree(PACKAGE, tmp_path / "figgen", ignore=shutil.ignore_patterns("__pycache__", "templates"))
    shutil.copytree(built_in_lecture(), tmp_path / "templates")
    if request.param == "three experiments":
        chapters = [name.partition("/")[0] for name in EXPERIMENTS]
        settings = f'chapters = {chapters}\n[title]\nen = "Three"\n'
        (tmp_path / "lecture.toml").write_text(settings, encoding="utf-8")
        (tmp_path / "en").mkdir()
        for name, chapter in zip(EXPERIMENTS, chapters, strict=True):
            (tmp_path / f"en/{chapter}.md.j2").write_text(f"# {chapter}\n", encoding="utf-8")
            (tmp_path / f"experiments/{chapter}").mkdir(parents=True)
            shutil.copy(PACKAGE / f"experiments/{name}.py", tmp_path / f"experiments/{name}.py")
    return tmp_path


@pytest.mark.parametrize(("file", "right", "wrong", "claims"), MISTAKES.values(), ids=MISTAKES)
def test_check_names_the_claims_that_a_mistake_breaks(
    folder: Path, file: str, right: str, wrong: str, claims: set[str]
) -> None:
    edit(folder / "figgen" / file, right, wrong)
    done = figgen("check", cwd=folder, env={"PYTHONPATH": str(folder), "COLUMNS": "80"})
    assert done.returncode == 1
    fallen = re.findall(r"^✗ (\w+\.\w+): measured \S.*, must be [≤≥\d].*$", done.stderr, re.MULTILINE)
    assert set(fallen) >= claims


def test_without_a_mistake_no_claim_of_them_falls(folder: Path) -> None:
    done = figgen("check", cwd=folder, env={"PYTHONPATH": str(folder), "COLUMNS": "80"})
    assert re.search(r"^(\d+) of \1 claims hold$", done.stdout, re.MULTILINE), done.stderr
