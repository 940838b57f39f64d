"""A tempting mistake in the core: `figgen check` names the claims that fall, with measure and bound."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_lecture import edit

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


@pytest.mark.parametrize(("file", "right", "wrong", "claims"), MISTAKES.values(), ids=MISTAKES)
def test_check_names_the_claims_that_a_mistake_breaks(
    tmp_path: Path, file: str, right: str, wrong: str, claims: set[str]
) -> None:
    shutil.copytree(PACKAGE, tmp_path / "figgen", ignore=shutil.ignore_patterns("__pycache__", "templates"))
    shutil.copytree(built_in_lecture(), tmp_path / "templates")
    edit(tmp_path / "figgen" / file, right, wrong)
    done = subprocess.run(
        [sys.executable, "-m", "figgen", "check"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    fallen = re.findall(r"^✗ (\w+\.\w+): measured \S.*, must be [≤≥\d].*$", done.stderr, re.MULTILINE)
    assert set(fallen) >= claims
