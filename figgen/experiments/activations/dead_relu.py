"""High learning rates kill ReLUs, and a dead one in the first layer never learns again."""

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, at_most, close_to, param, validate
from figgen.plotting.ticks import FIFTHS, write_ticks
from figgen.sim.activations import Activation, elu, leaky_relu, relu
from figgen.sim.arrays import BoolArray, FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import Initializer, kaiming_normal, xavier_normal
from figgen.sim.mlp import MLP, dead_units
from figgen.sim.optimizers import sgd
from figgen.sim.rates import divergence_allowed
from figgen.sim.training import evaluate, train_on

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from figgen.translation import Translator

LEARNING_RATES = (0.1, 0.25, 0.5, 0.75, 1.0)
ELU_RATES = (0.5, 0.75, 1.0)

BIASES = (0.0, 0.01, 1.0)
"""Initial biases that are compared at the learning rate of 0.5."""

TRAINED_ON_RATE = 0.1
"""The short steps with which the networks of the largest learning rate are trained on."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks and of their training."""

    replicas: int = param(5, "networks for each learning rate", at_least=1, at_most=50)
    width: int = param(100, "units of each of the two hidden layers", at_least=10, at_most=500)
    epochs: int = param(5, "passes over the training digits", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Shares of dead units and accuracies of networks, over learning rates.

    Attributes:
        dead: Share of the ReLUs that no training digit makes active, for each learning rate,
            (rates, replicas).
        accuracy: Test accuracy of the same networks, (rates, replicas).
        leaky_dead: Share of leaky ReLUs that no gradient passes for any training digit, (rates, replicas).
        leaky_silent: Share of leaky ReLUs whose input is negative for every training digit,
            (rates, replicas).
        leaky_accuracy: Test accuracy of the same networks, (rates, replicas).
        elu_dead: Share of ELUs that no gradient passes for any training digit, (ELU_RATES, replicas).
        elu_accuracy: Test accuracy of the same networks, (ELU_RATES, replicas).
        bias_dead: As `dead`, at the learning rate of 0.5 for each of BIASES, (3, replicas).
        revived: Of the units of each hidden layer that were dead at the largest learning rate, the share that
            a digit makes active after as many epochs with short steps, (2,).
        leaky_revived: The same for leaky ReLUs that were silent, (2,).
    """

    dead: FloatArray
    accuracy: FloatArray
    leaky_dead: FloatArray
    leaky_silent: FloatArray
    leaky_accuracy: FloatArray
    elu_dead: FloatArray
    elu_accuracy: FloatArray
    bias_dead: FloatArray
    revived: FloatArray
    leaky_revived: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng, raw=True)  # as pixels are: all positive
    kaiming, half = kaiming_normal(), LEARNING_RATES.index(0.5)
    net = _train(params, relu, kaiming, LEARNING_RATES, split, rng)
    biased = _train(params, relu, kaiming, (0.5, 0.5), split, rng, biases=BIASES[1:])
    leaky = _train(params, leaky_relu, kaiming, LEARNING_RATES, split, rng)
    # float64, so that it is the step that kills and not a short float: exp underflows at -745, not at -104
    elus = _train(params, elu, xavier_normal(), ELU_RATES, split, rng, dtype=np.float64)
    dead = _share(dead_units(net, split.x_train))
    return Result(
        dead=dead,
        accuracy=evaluate(net, split),
        leaky_dead=_share(dead_units(leaky, split.x_train)),
        leaky_silent=_share(_silent_units(leaky, split.x_train)),
        leaky_accuracy=evaluate(leaky, split),
        elu_dead=_share(dead_units(elus, split.x_train)),
        elu_accuracy=evaluate(elus, split),
        bias_dead=np.stack([dead[half], *_share(dead_units(biased, split.x_train))]),
        revived=_revived(params, _of_last_rate(net), split, rng),
        leaky_revived=_revived(params, _of_last_rate(leaky), split, rng),
    )


def _train(
    params: Params,
    activation: Activation,
    init: Initializer,
    rates: tuple[float, ...],
    split: Split,
    rng: np.random.Generator,
    *,
    biases: tuple[float, ...] = (0.0,),
    dtype: type[np.floating[Any]] = np.float32,
) -> MLP:
    """Train networks for each learning rate, if need be with its own initial bias: replicas (rates, R)."""
    sizes, replicas = (64, params.width, params.width, 10), (len(rates), params.replicas)
    net = MLP(rng, sizes, activation, init, replicas=replicas, dtype=dtype)
    for b in net.biases[:-1]:
        b += np.reshape(biases, (-1, 1, 1))
    with divergence_allowed():  # what cannot die may explode
        train_on(net, sgd(rates), split, epochs=params.epochs, batch_size=64, rng=rng)
    return net


def _silent_units(net: MLP, x: FloatArray) -> list[BoolArray]:
    """Tell which hidden units get no positive input from any sample, (..., H) a layer."""
    net(x)
    return [np.all(z <= 0, axis=-2) for z in net.pre_activations]


def _share(units: list[BoolArray]) -> FloatArray:
    """Return the share over both hidden layers, (rates, replicas)."""
    share: FloatArray = np.concatenate(units, axis=-1).mean(axis=-1)
    return share


def _of_last_rate(net: MLP) -> MLP:
    """Return a copy of the networks that the last learning rate has trained, with replicas (R,)."""
    chosen = copy(net)
    chosen.weights = [W[-1].copy() for W in net.weights]
    chosen.biases = [b[-1].copy() for b in net.biases]
    return chosen


def _revived(params: Params, net: MLP, split: Split, rng: np.random.Generator) -> FloatArray:
    """Train on with short steps; return the share of the silent units of each layer that is so no more."""
    before = _silent_units(net, split.x_train)
    with divergence_allowed():
        train_on(net, sgd(TRAINED_ON_RATE), split, epochs=params.epochs, batch_size=64, rng=rng)
    after = _silent_units(net, split.x_train)
    return np.array([(b & ~a).sum() / max(b.sum(), 1) for b, a in zip(before, after, strict=True)])


# Claims ---------------------------------------------------------------------------------------------------


def _mean_at(shares: FloatArray, rate: float) -> float:
    """Average over the replicas of one of LEARNING_RATES."""
    return float(shares[LEARNING_RATES.index(rate)].mean())


CLAIMS = (
    Claim(
        "dead_at_half",
        "Up to a learning rate of 0.5 hardly any ReLUs die: at 0.5, {value} are dead.",
        lambda r: _mean_at(r.dead, 0.5),
        at_most(0.06),
        unit="%",
    ),
    Claim(
        "dead_at_one",
        "At a learning rate of 1 the share of dead ReLUs is {value} percentage points larger than at 0.1.",
        lambda r: _mean_at(r.dead, 1.0) - _mean_at(r.dead, 0.1),
        at_least(0.08),
        unit="points",
    ),
    Claim(
        "never_revived",
        "Of the first layer's dead units, training on with short plain SGD steps revives {value}.",
        lambda r: r.revived[0],
        close_to(0, 0),
        identity=True,
        unit="%",
    ),
    Claim(
        "leaky_dead",
        "At no learning rate is a leaky ReLU dead: the largest share is {value}.",
        lambda r: r.leaky_dead.max(),
        close_to(0, 0),
        identity=True,
        unit="%",
    ),
    Claim(
        "leaky_silent",
        "At a learning rate of 1, for {value} of the leaky ReLUs every digit gives a negative input.",
        lambda r: _mean_at(r.leaky_silent, 1.0),
        at_least(0.1),
        only_if="dying means a slope of exactly zero",
        unit="%",
    ),
    Claim(
        "leaky_revived",
        "Of those in the first layer, training on brings back only {value}.",
        lambda r: r.leaky_revived[0],
        at_most(0.05),
        unit="%",
    ),
    Claim(
        "elu_at_half",
        "ELUs do not die at a learning rate of 0.5: {value} are dead.",
        lambda r: r.elu_dead[0].mean(),
        at_most(0.02),
        unit="%",
    ),
    Claim(
        "elu_at_one",
        "At a learning rate of 1, {value} of the ELUs are dead: exp(x) has underflowed to 0.",
        lambda r: r.elu_dead[-1].mean(),
        at_least(0.15),
        unit="%",
    ),
    Claim(
        "elu_accuracy",
        "Those networks recognise only {value} of the test digits.",
        lambda r: r.elu_accuracy[-1].mean(),
        at_most(0.25),
        unit="%",
    ),
    Claim(
        "small_bias",
        "An initial bias of 0.01 changes the share of dead ReLUs by only {value} percentage points.",
        lambda r: abs(r.bias_dead[1].mean() - r.bias_dead[0].mean()),
        at_most(0.05),
        unit="points",
    ),
    Claim(
        "large_bias",
        "An initial bias of 1 makes it {value} percentage points larger at a learning rate of 0.5.",
        lambda r: r.bias_dead[2].mean() - r.bias_dead[0].mean(),
        at_least(0.005),
        unit="points",
    ),
)


# Figure ---------------------------------------------------------------------------------------------------


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import ACTIVATION_COLOURS, ACTIVATION_DASHES
    from figgen.plotting.replicas import draw_replicas

    axes, rates = figure.subplots(), np.array(LEARNING_RATES)
    curves = (
        ("elu", "D", result.elu_dead, tr("ELU, dead")),
        ("relu", "s", result.dead, tr("ReLU, dead")),
        ("leaky_relu", "o", result.leaky_silent, tr("leaky ReLU, silent")),
    )
    for name, marker, shares, label in curves:
        colour, dash = ACTIVATION_COLOURS[name], ACTIVATION_DASHES[name]
        x = rates[-len(shares) :]
        draw_replicas(axes, x, shares.T, colour=colour, linestyle=dash, marker=marker, label=label)
    colour, label = ACTIVATION_COLOURS["leaky_relu"], tr("leaky ReLU, dead")
    axes.plot(rates, result.leaky_dead.mean(axis=1), "x", color=colour, label=label)
    axes.legend(loc="upper left")
    axes.set(xlabel=tr("learning rate"), ylabel=tr("share of the hidden units"), ylim=(-0.04, 1))
    write_ticks(axes.xaxis, rates, tr.number)
    write_ticks(axes.yaxis, FIFTHS, tr.percent)
    axes.set_title(tr("High learning rates kill ReLUs and ELUs; leaky ReLUs only fall silent"))


EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=3, width=75),
    simulate=simulate,
    figures={"dead_relu": Drawing(draw, height=0.45, claims=CLAIMS)},
    source="Maas et al. 2013, section 2; CS231n notes, Neural Networks Part 1",
)
