"""Batch normalisation makes the gradient independent of the weights' scale, at a price for each layer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import (
    Claim,
    Drawing,
    Experiment,
    Explore,
    at_least,
    at_most,
    between,
    close_to,
    param,
    validate,
)
from figgen.plotting.labels import headline, write_beside
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray, IntArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.losses import softmax_cross_entropy
from figgen.sim.meanfield import batch_norm_growth
from figgen.sim.mlp import MLP
from figgen.sim.normalization import BatchNorm

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from figgen.translation import Translator

SCALES = np.array([0.3, 1.0, 3.0])
"""Initial weights of the hidden layers over Kaiming's."""

KAIMING = list(SCALES).index(1)
PLAIN, NORMALISED = 0, 1

GROWTH = batch_norm_growth(relu)
"""By what a wide layer of batch norm and ReLU multiplies the gradient of a large batch."""


@dataclass(frozen=True, slots=True)
class Params:
    """Sizes of the networks."""

    depth: int = param(8, "hidden layers", at_least=2, at_most=30)
    width: int = param(48, "units of a hidden layer", at_least=8, at_most=1000)
    batch_size: int = param(64, "digits in the batch", at_least=8, at_most=1400)
    replicas: int = param(24, "networks, each with weights of its own", at_least=1, at_most=200)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """What comes back to each layer before training, without batch norm (index 0) and with it (index 1).

    Attributes:
        gradient_norm: ‖dL/dz‖ at the activation's input z of each hidden layer, replicas averaged,
            (2, scales, depth).
        with_output: The same at the first layer with batch norm, where the output layer's weights are scaled,
            too, (scales,).
    """

    gradient_norm: FloatArray
    with_output: FloatArray


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    norms = [_gradient_norms(params, split, batch_norm, rng) for batch_norm in (False, True)]
    return Result(np.stack(norms), _gradient_norms(params, split, True, rng, output_too=True)[:, 0])


def _gradient_norms(
    params: Params, split: Split, batch_norm: bool, rng: np.random.Generator, output_too: bool = False
) -> FloatArray:
    """Send one batch through the same networks with hidden layers of each scale; return (scales, depth)."""
    sizes = (64, *[params.width] * params.depth, 10)
    net = MLP(
        rng,
        sizes,
        relu,
        kaiming_normal(),
        replicas=(params.replicas,),
        norm=BatchNorm if batch_norm else None,
    )
    scaled = net.weights if output_too else net.weights[:-1]
    drawn = [W.copy() for W in scaled]
    x, labels = split.x_train[: params.batch_size], split.labels_train[: params.batch_size]
    norms = []
    for scale in SCALES:
        for W, W_drawn in zip(scaled, drawn, strict=True):
            W[...] = scale * W_drawn
        net.backward(softmax_cross_entropy(net(x), labels)[1])
        gradients = np.stack(net.pre_activation_gradients)  # (depth, replicas, N, H)
        norms.append(np.linalg.norm(gradients, axis=(-2, -1)).mean(axis=-1))
    return np.stack(norms)


def _spread_over_scales(result: Result, network: int) -> float:
    """Return by what factor the first layer's gradient differs between the scales."""
    first = result.gradient_norm[network, :, 0]
    return float(first.max() / first.min())


def _growth(result: Result, network: int) -> float:
    """Return the factor a layer by which the gradient grows towards the input, at Kaiming's scale."""
    norms = result.gradient_norm[network, KAIMING]
    return float((norms[0] / norms[-1]) ** (1 / (len(norms) - 1)))


def draw(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import BAD, GOOD

    plain, normalised = figure.subplots(1, 2, sharey=True)
    layers = np.arange(1, result.gradient_norm.shape[2] + 1)
    _draw_norms(plain, layers, result.gradient_norm[PLAIN], BAD, marked=1)
    _label_scales(plain, layers, result.gradient_norm[PLAIN], tr)
    _draw_norms(normalised, layers, result.gradient_norm[NORMALISED], GOOD, marked=len(SCALES))
    _label_growth(normalised, layers, result.gradient_norm[NORMALISED], tr)
    for axes, title in ((plain, tr("without batch norm")), (normalised, tr("with batch norm"))):
        axes.set(title=title, xlabel=tr("layer"), xticks=layers[:: 1 + len(layers) // 11])
    plain.set_ylabel(tr("norm of $dL/dz$"))
    headline(figure, tr("With batch norm the gradient does not depend on the weights' scale"))


def _draw_norms(axes: "Axes", layers: IntArray, norms: FloatArray, colour: str, marked: int) -> None:
    """Draw a line for each scale, marking every `marked`-th point, so that equal lines show all marks."""
    for start, (norm, marker) in enumerate(zip(norms, "vos", strict=True)):
        axes.plot(layers, norm, color=colour, marker=marker, markevery=(start % marked, marked))
    axes.set_yscale("log")


def _label_scales(axes: "Axes", layers: IntArray, norms: FloatArray, tr: "Translator") -> None:
    """Name each line beside its third point."""
    from figgen.experiments.palette import BAD

    at = len(layers) // 3
    for norm, scale, height in zip(norms, SCALES, (-0.9, 0.9, 0.9), strict=True):
        label = tr("weights × {scale}", scale=tr.number(scale))
        write_beside(axes, label, (layers[at], norm[at]), (0, height), color=BAD, va="center")


def _label_growth(axes: "Axes", layers: IntArray, norms: FloatArray, tr: "Translator") -> None:
    """Say which lines coincide, and draw theory through their last layer."""
    from figgen.experiments.palette import GOOD, THEORY

    first = layers[0], norms[KAIMING, 0]
    predicted = norms[KAIMING, -1] * GROWTH ** (layers[-1] - layers)
    axes.plot(layers, predicted, color=THEORY, linestyle="dotted")
    scales = "; ".join(tr.number(scale) for scale in SCALES)
    write_beside(axes, tr("weights × {scale}", scale=scales), first, (0, 1), color=GOOD, va="center")
    theory = tr("theory: × {growth} a layer", growth=tr.number(GROWTH))
    write_beside(axes, theory, first, (0, -2.2), color=THEORY, va="center")


CLAIMS = (
    Claim(
        "without",
        "Without batch norm, from hidden weights × 0.3 to × 3, the first gradient grows {value}-fold.",
        lambda r: _spread_over_scales(r, PLAIN),
        at_least(1e6),
    ),
    Claim(
        "with_batch_norm",
        "With batch norm the largest of these gradients is {value} times the smallest: they are equal.",
        lambda r: _spread_over_scales(r, NORMALISED),
        at_most(1.05),
    ),
    Claim(
        "with_output",
        "If the output layer's weights are scaled, too, it does differ, by a factor of {value}.",
        lambda r: r.with_output.max() / r.with_output.min(),
        between(8, 20),
    ),
    Claim(
        "kept_without",
        "Without batch norm, from Kaiming's weights, the gradient changes {value}-fold a layer.",
        lambda r: _growth(r, PLAIN),
        close_to(1, 0.05),
    ),
    Claim(
        "growth",
        "With batch norm the gradient grows {value}-fold a layer on its way back; theory says 1.21.",
        lambda r: _growth(r, NORMALISED),
        close_to(GROWTH, 0.06),
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    simulate=simulate,
    figures={
        "batch_norm_gradient_flow": Drawing(
            draw,
            height=0.42,
            claims=CLAIMS,
            explore=Explore(
                "depth",
                (4, 8, 16, 30),
                look=(
                    "Without batch norm each further layer multiplies what the scale of the weights does to "
                    "the gradient; with it, thirty layers are as good as four."
                ),
            ),
        )
    },
    source="Ioffe and Szegedy 2015, Batch Normalization, section 3.3; Yang et al. 2019",
)
