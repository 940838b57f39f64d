"""Figures that a lecture reveals step by step."""

from collections.abc import Iterable, Sequence

from matplotlib.artist import Artist

from figgen.experiment import Reveal


def in_turn(stages: Iterable[Sequence[Artist]]) -> Reveal:
    """Return what reveals a figure's stages one by one; what is in none of them is there from the first."""
    groups = list(stages)

    def reveal(share: float) -> None:
        shown = max(1, round(share * len(groups)))
        for number, group in enumerate(groups):
            for artist in group:
                artist.set_visible(number < shown)

    return reveal
