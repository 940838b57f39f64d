"""A made-up experiment, chapters about it, and the manuscript of a handout with them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from figgen.experiment import Claim, Evidence, at_least, at_most
from figgen.handout.manuscript import Manuscript
from figgen.handout.prose import Chapter, Prose, Source
from figgen.handout.templates import write_prose
from figgen.handout.vocabulary import Shown
from figgen.layers import Layers
from figgen.paths import built_in_lecture
from figgen.settings.look import Theme
from figgen.translation import Translator

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 63 30"><path d="M1 1 60 25" stroke="red"/></svg>'
TITLED = SVG.replace(
    b"<path",
    b'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
    b"<dc:title>Pre $\\sigma^2 &lt; 1$ je *y* &amp; z v hre</dc:title></metadata><path",
)
DATA = b"a result"
BIBLIOGRAPHY = (
    "@article{he2015, author = {He, Kaiming}, title = {Delving Deep}, journal = {ICCV}, year = 2015}"
    "@misc{notes, author = {Malá, Eva}, title = {Notes}}"
)

SLOVAK = {
    "The derivative is {value} where |x| > *9*.": "Derivácia je {value}, kde |x| > *9*.",
    "ReLU is {value} times as fast.": "ReLU je {value}-krát rýchlejšie.",
    "x is *far* out": "x je *ďaleko*",
}

CHAPTER = r"""# Sigmoida

Podľa @he2015 je "strmá" ({{ ref("paths") }}); $\sigma(x) = \frac{1}{1 + e^{-x}}$,
teda {{ result.demo.slope | num }}.

{% call figure("curves", alt='Krivka "S" \\ a <os>') %}
Interval $[0{,}25, 1)$ [@he2015].
{% endcall %}

::: question
Čo sa stane pri $x = 10$?
:::

::: answer
Nič dôležité.
:::

{{ claims("demo") }}

::: measured
Žltý kôň: $0{,}25$.
:::

{% call figure("paths", alt="Cesta") %}Kľukatá cesta.{% endcall %}

| a | b |
|---|---|
| 1 | 2 |

```python
x = 0.5  # polovica
```

$$f(x) = \begin{cases} x & \text{ak } x > 0 \\ 0 & \text{inak} \end{cases}$$
"""


@dataclass(frozen=True, slots=True)
class Result:
    slope: float
    stds: NDArray[np.float64]
    width: NDArray[np.int64]
    day: np.datetime64


@dataclass(frozen=True, slots=True)
class Params:
    layers: int = 10


PARAMS = Params()
RESULT = Result(
    4.54e-5, np.array([0.5, 0.25, 0.125]), np.array([4096, 16]), np.datetime64("2016-08-24T01:36")
)
CLAIMS = (
    Claim(
        "tiny",
        "The derivative is {value} where |x| > *9*.",
        lambda r: r.slope,
        at_most(1e-4),
        figure="curves",
        only_if="x is *far* out",
    ),
    Claim("fast", "ReLU is {value} times as fast.", lambda r: 2.1, at_least(6), figure="paths"),
)


@pytest.fixture
def slovak(tmp_path: Path) -> Translator:
    """A translator that knows the claims of these tests beside figgen's own messages."""
    own = tmp_path / "sk.po"
    entries = (f'msgid "{english}"\nmsgstr "{slovak}"\n' for english, slovak in SLOVAK.items())
    own.write_text("\n".join(entries), encoding="utf-8")
    return Translator("sk", (own,))


@pytest.fixture
def write(tmp_path: Path, slovak: Translator) -> Callable[..., Prose]:
    """Write prose from the texts of chapters, and a last chapter that shows all figures, if `show`."""

    def write_chapters(
        *texts: str, show: bool = True, tr: Translator = slovak, claims: tuple[Claim, ...] = CLAIMS
    ) -> Prose:
        figures = [f'{{% call figure("{f}", alt="a") %}}c{{% endcall %}}' for f in ("curves", "paths")]
        texts += ("\n".join(figures),) * show
        chapters = []
        for name, text in zip(("first", "second", "third"), texts, strict=False):
            chapters.append(Chapter(name, tmp_path / f"{name}.md.j2"))
            chapters[-1].path.write_text(text, encoding="utf-8")
        evidence = tuple(Evidence(claim, claim.measure(RESULT)) for claim in claims)
        demo = Shown(RESULT, evidence, ("curves", "paths"), "second", PARAMS, "figgen show demo")
        return write_prose(chapters, {"demo": demo}, tr)

    return write_chapters


def bare(text: str) -> Prose:
    """Return one chapter of plain Markdown, without a figure."""
    return Prose((Source(Path("sk/first.md.j2"), text, text),), ())


@pytest.fixture
def sample(write: Callable[..., Prose]) -> Prose:
    """A chapter with everything in it that a chapter can have."""
    return write(CHAPTER, show=False)


@pytest.fixture
def bibliography(tmp_path: Path) -> Path:
    """A bibliography with an article, and notes without a date."""
    path = tmp_path / "references.bib"
    path.write_text(BIBLIOGRAPHY, encoding="utf-8")
    return path


@pytest.fixture
def layout(tmp_path: Path) -> Layers:
    """The layout that comes with figgen, and a folder over it for a lecture's own."""
    return Layers(tmp_path / "layout", built_in_lecture() / "layout")


@pytest.fixture
def manuscript(bibliography: Path, layout: Layers, slovak: Translator) -> Callable[..., Manuscript]:
    """Put prose into a manuscript, whose other parts may be given."""

    def put_together(prose: Prose, **other: Any) -> Manuscript:
        return replace(around(prose, layout, bibliography, slovak), **other)

    return put_together


def around(prose: Prose, layout: Layers, bibliography: Path, tr: Translator) -> Manuscript:
    """Return a manuscript with a title, pictures and data around some prose."""
    return Manuscript(
        title="Trénovanie „sietí“ \\ I",
        subtitle="Čo & ako",
        authors=("Ľubica Ďurčová", "Ján Šťastný"),
        credit="Podľa prednášky Ľubica Ďurčová · Ján Šťastný",
        prose=prose,
        pictures={"curves": TITLED, "paths": SVG},
        data={"curves": DATA, "paths": DATA},
        evidence={"curves": (), "paths": ()},
        layout=layout,
        bibliography=bibliography,
        csl=None,
        macros={},
        boxes=(),
        theme=Theme(),
        tr=tr,
    )
