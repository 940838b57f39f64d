"""A tempting mistake in the core: `figgen check` names the claims that fall, with measure and bound."""

import os
import re
import shutil
import subprocess
import sys
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
    told = r"^✗ (\w+\.\w+): measured \S.*, must be (?:[≤≥\d]|between).*$"
    fallen = re.findall(told, done.stderr, re.MULTILINE)
    assert set(fallen) >= claims


def test_without_a_mistake_no_claim_of_them_falls(folder: Path) -> None:
    done = figgen("check", cwd=folder, env={"PYTHONPATH": str(folder), "COLUMNS": "80"})
    assert re.search(r"^(\d+) of \1 claims hold(, (\d+) of \3 identities)?$", done.stdout, re.MULTILINE), (
        done.stderr
    )


UNNOTICED = {
    "ReLU's slope is 1 at 0": ("sim/activations.py", "(x > 0).astype", "(x >= 0).astype", "dying_relu.kink"),
    "ELU's derivative without α": (
        "sim/activations.py",
        "np.where(x > 0, 1, alpha * np.exp",
        "np.where(x > 0, 1, np.exp",
        "activation_gallery.derivatives",
    ),
    "ε outside the root at test time": (
        "sim/normalization/batch.py",
        "self.gamma / np.sqrt(self.running_var + self.eps)",
        "self.gamma / (np.sqrt(self.running_var) + self.eps)",
        "batch_norm_fusion.formula",
    ),
    "an eval() that does nothing": (
        "sim/normalization/batch.py",
        "self.training = False",
        "self.training = True",
        "batch_norm_eval.company",
    ),
    "digits centred by all of them": (
        "sim/data.py",
        "images - images[:train_samples].mean(axis=0)",
        "images - images.mean(axis=0)",
        "center_normalize.digits",
    ),
    "orthogonal matrices without the signs": (
        "sim/initializers.py",
        "q *= np.sign(np.diagonal(r))",
        "q *= 1",
        "orthogonal_init.uniform",
    ),
    "another exponent in Fixup": (
        "sim/network_initializers.py",
        "** (-1 / (2 * WEIGHT_LAYERS - 2))",
        "** (-1 / (2 * WEIGHT_LAYERS))",
        "fixup_init.first_update",
    ),
    "a residual gradient without the skip": (
        "sim/residual.py",
        "return d + du1,",
        "return du1,",
        "fixup_init.first_block",
    ),
    "the same weights in all replicas": (
        "sim/mlp.py",
        "[init(rng, fan_in, fan_out) for _ in np.ndindex(replicas)]",
        "[init(rng, fan_in, fan_out)] * int(np.prod(replicas))",
        "init_learning.own_weights",
    ),
    "the same batches in all replicas": (
        "sim/training.py",
        "rng.permuted(in_order, axis=-1)",
        "in_order[..., rng.permutation(samples)]",
        "init_learning.own_order",
    ),
}
"""Mistakes that once no claim noticed, each with the claim that does now."""

SLOW = {"fixup_init", "init_learning", "orthogonal_init"}


@pytest.mark.parametrize(
    ("file", "right", "wrong", "claim"),
    [
        pytest.param(*mistake, id=name, marks=pytest.mark.long if mistake[-1].split(".")[0] in SLOW else ())
        for name, mistake in UNNOTICED.items()
    ],
)
def test_a_claim_notices_a_mistake_in_the_core(
    tmp_path: Path, file: str, right: str, wrong: str, claim: str
) -> None:
    """In a process of its own, with the experiment's quick sizes."""
    shutil.copytree(PACKAGE, tmp_path / "figgen", ignore=shutil.ignore_patterns("__pycache__", "templates"))
    edit(tmp_path / "figgen" / file, right, wrong)
    experiment, _, name = claim.partition(".")
    (place,) = (PACKAGE / "experiments").glob(f"*/{experiment}.py")
    module = ".".join(("figgen", "experiments", place.parent.name, experiment))
    for folder, expected in ((PACKAGE.parent, False), (tmp_path, True)):
        assert (name in fallen(module, folder)) == expected, folder


def fallen(module: str, folder: Path) -> list[str]:
    """Return the claims of an experiment that do not hold, with the figgen in a folder."""
    script = f"import numpy, {module} as m; e = m.EXPERIMENT; rng = numpy.random.default_rng(0)"
    script += "; print(*e.fallen(e.simulate(e.quick, rng)))"
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
