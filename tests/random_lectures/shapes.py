"""The text of an experiment, and the shapes that functions may have."""

EXPERIMENT = '''"""An experiment called {name}."""
{imports}
from dataclasses import dataclass

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_most, param, validate


@dataclass(frozen=True)
class Params:
    size: int = param(3, "size")

    def __post_init__(self):
        validate(self)


@dataclass(frozen=True)
class Result:
    values: np.ndarray


{definitions}


def simulate(params, rng) -> Result:
{simulated}
    return Result(np.full(params.size, float(total)))


def draw(result, figure, tr):
{drawn}
    axes = figure.subplots()
    axes.plot(result.values)
    axes.set(title=tr(str(total)), xlabel="x", ylabel="y")


def measured(result):
{claimed}
    return float(result.values[0] + total)


EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    claims=(Claim("{name}", "It is {{value}}.", measured, at_most(1e9)),),
    figures={{"{name}": Drawing(draw)}},
)
'''
PLAIN = """
def {name}():
{inside}
    return total
"""
SHAPES = [
    PLAIN,
    PLAIN,
    """
def {hidden}():
{inside}
    return total


{name} = {hidden}
""",
    """
def {hidden}():
{inside}
    return total


VALUE_{name} = {hidden}()


def {name}():
    return VALUE_{name}
""",
    """
TABLE_{name} = []


def put_{name}(function):
    TABLE_{name}.append(function)
    return function


@put_{name}
def {hidden}():
{inside}
    return total


def {name}():
    return TABLE_{name}[0]()
""",
    """
class Base_{name}:
    heirs = []

    def __init_subclass__(cls):
        Base_{name}.heirs.append(cls)


class {hidden}(Base_{name}):
    @staticmethod
    def give():
{deeper}
        return total


def {name}():
    return Base_{name}.heirs[0].give()
""",
    """
STATE_{name} = [0]


def {hidden}():
    global STATE_{name}
{inside}
    STATE_{name} = [total]


{hidden}()


def {name}():
    return STATE_{name}[0]
""",
    """
if True:
    def {name}():
{deeper}
        return total
""",
    """
def {hidden}():
{inside}
    return total


def {name}():
    return globals()["{hidden}"]()
""",
    """
import functools


@functools.lru_cache
def {name}():
{inside}
    return total
""",
]
