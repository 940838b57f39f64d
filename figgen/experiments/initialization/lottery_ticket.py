"""A few lucky weights: a pruned network learns, if its weights start as they did in the whole one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from figgen.experiment import Claim, Drawing, Experiment, at_least, between, close_to, param, validate
from figgen.plotting.labels import headline
from figgen.plotting.ticks import write_ticks
from figgen.sim.activations import relu
from figgen.sim.arrays import FloatArray
from figgen.sim.data import Split, split_digits
from figgen.sim.initializers import kaiming_normal
from figgen.sim.mlp import MLP
from figgen.sim.optimizers import sgd
from figgen.sim.pruning import masked, prune
from figgen.sim.training import learning_curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from figgen.translation import Translator

SIZES = (64, 128, 64, 10)
PRUNED = (0.5, 0.5, 0.25)
"""Share of each layer's weights that a round drops; Frankle & Carbin spare the last layer likewise."""

FULL, TICKET, REDRAWN, RESCALED, LARGEST = range(5)
BATCH_SIZE = 64

EARLY = 4
"""The epoch after which the claims look for the first time."""


@dataclass(frozen=True, slots=True)
class Params:
    """How the networks learn, and how far they are pruned."""

    rounds: int = param(4, "rounds of training and pruning", at_least=1, at_most=8)
    epochs: int = param(18, "passes over the training digits in each training", at_least=EARLY, at_most=100)
    learning_rate: float = param(0.1, "step size of the gradient descent", at_least=0.01, at_most=0.5)
    replicas: int = param(4, "networks, trained at once", at_least=1, at_most=50)

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of the accuracy are FULL, TICKET, REDRAWN, RESCALED, LARGEST.

    All weights; those that the ticket keeps; the same ones drawn anew; these scaled up to make up for those
    that lack; and, with no training to choose them, the weights that are largest at the start.

    Attributes:
        accuracy: (5, replicas, epochs + 1) test accuracy before the first epoch and after each.
        kept: Share of the weights that the ticket has.
        mask: (64, 128) the first layer's mask in one of the networks.
        start_edges: (bins + 1,) edges of the histograms of the first layer's weights before training.
        start_all: (bins,) number of weights, all of them, per bin and network.
        start_kept: (bins,) the same of those that the ticket keeps.
        overlap: Share of the first layer's kept weights that were among as many largest ones at the start.
    """

    accuracy: FloatArray
    kept: float
    mask: FloatArray
    start_edges: FloatArray
    start_all: FloatArray
    start_kept: FloatArray
    overlap: float

    @property
    def behind(self) -> FloatArray:
        """By how much each ticket's accuracy falls short of its full network's in the end, (replicas,)."""
        behind: FloatArray = self.accuracy[FULL, :, -1] - self.accuracy[TICKET, :, -1]
        return behind

    def lead(self, other: int, epoch: int) -> float:
        """Return by how much the ticket's accuracy exceeds another's after an epoch, the replicas' mean."""
        lead = self.accuracy[TICKET, :, epoch] - self.accuracy[other, :, epoch]
        return float(lead.mean())


def simulate(params: Params, rng: np.random.Generator) -> Result:
    split = split_digits(rng)
    start = _draw(params, rng)
    masks, full = _find_ticket(start, params, split, rng)
    redrawn = _draw(params, rng)
    rescaled = [W / np.sqrt(mask.mean()) for W, mask in zip(redrawn, masks, strict=True)]
    largest = [prune(W, np.ones_like(W), 1 - mask.mean()) for W, mask in zip(start, masks, strict=True)]
    tries = ((start, masks), (redrawn, masks), (rescaled, masks), (start, largest))
    pruned = [_train(W, kept, params, split, rng)[1] for W, kept in tries]
    edges = np.linspace(-0.6, 0.6, 49)
    return Result(
        accuracy=np.moveaxis(np.stack([full, *pruned]), 1, -1),
        kept=float(sum(mask.sum() for mask in masks) / sum(mask.size for mask in masks)),
        mask=masks[0][0],
        start_edges=edges,
        start_all=np.histogram(start[0], edges)[0] / params.replicas,
        start_kept=np.histogram(start[0][masks[0] > 0], edges)[0] / params.replicas,
        overlap=float((masks[0] * largest[0]).sum() / masks[0].sum()),
    )


def _draw(params: Params, rng: np.random.Generator) -> list[FloatArray]:
    return MLP(rng, SIZES, relu, kaiming_normal(), replicas=(params.replicas,)).weights


def _find_ticket(
    start: list[FloatArray], params: Params, split: Split, rng: np.random.Generator
) -> tuple[list[FloatArray], FloatArray]:
    """Train, prune, put the weights that are left back to where they started, and again.

    Returns:
        The masks, and the learning curve of the full network, (epochs + 1, replicas).
    """
    masks = [np.ones_like(W) for W in start]
    curves = []
    for _ in range(params.rounds):
        trained, curve = _train(start, masks, params, split, rng)
        masks = [prune(W, mask, share) for W, mask, share in zip(trained, masks, PRUNED, strict=True)]
        curves.append(curve)
    return masks, curves[0]


def _train(
    start: list[FloatArray], masks: list[FloatArray], params: Params, split: Split, rng: np.random.Generator
) -> tuple[list[FloatArray], FloatArray]:
    """Train networks that start from given weights and have only those that the masks leave.

    Returns:
        The trained weights, and the learning curve, (epochs + 1, replicas).
    """
    net = MLP(rng, SIZES, relu, kaiming_normal(), replicas=(params.replicas,))
    net.weights = [W * mask for W, mask in zip(start, masks, strict=True)]
    of_parameters = [m for mask in masks for m in (mask, np.ones((), mask.dtype))]  # biases are all left
    optimizer = masked(sgd(params.learning_rate), of_parameters)
    curve = learning_curve(net, optimizer, split, epochs=params.epochs, batch_size=BATCH_SIZE, rng=rng)
    return net.weights, curve


def draw_learning(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.learning import name_accuracy
    from figgen.experiments.palette import BAD, GOOD
    from figgen.plotting.palette import GREY
    from figgen.plotting.replicas import draw_replicas

    axes = figure.subplots()
    kept = tr.percent(result.kept, 2)
    styles = (
        (FULL, tr("all weights"), GREY, "solid", "D"),
        (TICKET, tr("the ticket: {kept} of them", kept=kept), GOOD, "solid", "o"),
        (RESCALED, tr("the same mask, weights redrawn and scaled up"), BAD, "dashed", "^"),
        (LARGEST, tr("as many weights, the largest at the start"), BAD, "dotted", "v"),
        (REDRAWN, tr("the same mask, weights redrawn"), BAD, "solid", "s"),
    )
    epochs = np.arange(result.accuracy.shape[-1])
    for row, label, colour, dash, marker in styles:
        curves = result.accuracy[row]
        draw_replicas(axes, epochs, curves, colour=colour, linestyle=dash, marker=marker, label=label)
    name_accuracy(axes, tr)
    axes.set_xlim(left=0)
    axes.set_xticks(epochs[::2])
    axes.legend(loc="lower right")
    headline(figure, tr("The mask alone is not enough: its weights must start as they did"))


def draw_mask(result: Result, figure: "Figure", tr: "Translator") -> None:
    from figgen.experiments.palette import GOOD
    from figgen.plotting.palette import GREY, LIGHT_GREY

    mask, histogram = figure.subplots(1, 2, width_ratios=(1.5, 1))
    mask.imshow(result.mask, cmap="Greys", aspect="auto", interpolation="nearest")
    mask.set_xlabel(tr("unit of the first layer"))
    mask.set_ylabel(tr("pixel"))
    mask.set_title(tr("kept weights in black"))
    histogram.stairs(result.start_all, result.start_edges, fill=True, color=LIGHT_GREY)
    histogram.stairs(result.start_kept, result.start_edges, fill=True, color=GOOD)
    histogram.set_xlabel(tr("weight before training"))
    histogram.set_ylabel(tr("number of weights"))
    write_ticks(histogram.xaxis, (-0.5, 0, 0.5), tr.number)
    histogram.set_xlim(-0.75, 1.1)  # room for the labels
    histogram.text(0.35, 0.55 * result.start_all.max(), tr("all"), color=GREY)
    histogram.text(0.42, 1.6 * result.start_kept.max(), tr("kept"), color=GOOD)
    headline(figure, tr("The first layer's ticket: most of its weights were large at the start"))


LEARNING_CLAIMS = (
    Claim(
        "kept",
        "Of all weights the ticket keeps {value}.",
        lambda r: r.kept,
        close_to(0.072, 0.001),
        identity=True,
        unit="%",
    ),
    Claim(
        "early",
        "After four epochs the ticket is {value} percentage points ahead of the same mask drawn anew.",
        lambda r: r.lead(REDRAWN, EARLY),
        at_least(0.3),
        unit="points",
    ),
    Claim(
        "late",
        "After the last epoch the ticket is {value} percentage points ahead of weights drawn anew.",
        lambda r: r.lead(REDRAWN, -1),
        at_least(0.03),
        unit="points",
    ),
    Claim(
        "full",
        "After the last epoch the ticket is {value} percentage points behind the full network: "
        "it has not won.",
        lambda r: -r.lead(FULL, -1),
        between(0, 0.05),
        unit="points",
    ),
    Claim(
        "rescaled",
        "After four epochs it is {value} percentage points ahead even of redrawn weights that are scaled up.",
        lambda r: r.lead(RESCALED, EARLY),
        at_least(0.06),
        unit="points",
    ),
    Claim(
        "untrained",
        "Before any training the ticket recognises {value}: the mask itself has learnt.",
        lambda r: r.accuracy[TICKET, :, 0].mean(),
        at_least(0.4),
        unit="%",
    ),
)

MASK_CLAIMS = (
    Claim(
        "largest",
        "After four epochs it is {value} percentage points ahead of as many weights, the largest "
        "at the start.",
        lambda r: r.lead(LARGEST, EARLY),
        at_least(0.15),
        unit="points",
    ),
    Claim(
        "overlap",
        "In the first layer, {value} of the ticket's weights are among those largest at the start.",
        lambda r: r.overlap,
        between(0.7, 0.85),
        unit="%",
    ),
)

EXPERIMENT = Experiment(
    params=Params(),
    quick=Params(replicas=1),
    simulate=simulate,
    figures={
        "lottery_ticket": Drawing(draw_learning, height=0.5, claims=LEARNING_CLAIMS),
        "lottery_mask": Drawing(draw_mask, height=0.42, claims=MASK_CLAIMS),
    },
    source="Frankle and Carbin 2019, section 2; Zhou et al. 2019",
)
