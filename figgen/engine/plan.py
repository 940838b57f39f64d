"""What there is to make, and the content key of each."""

import dataclasses
import functools
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, Protocol

from figgen.engine.code.modules import Places
from figgen.engine.files import hashed
from figgen.engine.fingerprint import Code
from figgen.engine.key import Key, key_digest, versions
from figgen.engine.manifest import Manifest, has_figure
from figgen.errors import ParameterError
from figgen.experiment import Evidence, Experiment, with_settings
from figgen.lecture import Lecture
from figgen.loading import Study
from figgen.paths import PACKAGE, styles
from figgen.plotting.presets import SHEETS, WHOLE, Format, Preset, figure_in, figure_path

COMPUTE = PACKAGE / "engine" / "compute.py"


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: what changes results, and where they go.

    Attributes:
        output: The output folder.
        seed: Seed of the whole build; each experiment derives its own from it.
        settings: Parameters by experiment and name, as `--set` gives them.
        jobs: How many processes work at once.
        force: Make everything again, current or not.
    """

    output: Path
    seed: int = 0
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    jobs: int = 1
    force: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A simulation to run: an experiment with its parameters by name, and the build's seed."""

    path: Path
    params: dict[str, Any]
    seed: int
    key: Key

    @property
    def experiment(self) -> str:
        """The experiment's name."""
        return self.path.stem

    @property
    def digest(self) -> str:
        """One name for the key."""
        return key_digest(self.key)

    def parameters(self, experiment: Experiment) -> Any:
        """Return the parameters as the experiment's `Params`."""
        return dataclasses.replace(experiment.params, **self.params)

    def made_from(self) -> dict[str, Any]:
        """Return what the manifest says of the origin of everything that comes from this run."""
        return {"experiment": self.experiment, "params": self.params, "seed": self.seed}


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure to draw, whole or a frame of it, in one language, preset and format."""

    run: Run
    name: str
    language: str
    preset: Preset
    format: Format
    frame: int
    key: Key

    @property
    def shape(self) -> tuple[Format, int]:
        """What distinguishes it from the other pictures of the same drawing."""
        return self.format, self.frame

    @property
    def path(self) -> str:
        """Where it goes, relative to the output folder."""
        return figure_path(self.name, self.language, self.preset, self.format, self.frame)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a command wants to be there and current, by the code as it was when it was planned."""

    runs: tuple[Run, ...]
    pictures: tuple[Picture, ...]
    code: Code


class Document(Protocol):
    """An output that is written from text, results, evidence and figures: a handout."""

    @property
    def path(self) -> str:
        """Where it goes, relative to the output folder."""

    @property
    def language(self) -> str:
        """The language that it is written in."""

    def key(self, plan: Plan, evidence: Mapping[str, tuple[Evidence, ...]]) -> Key:
        """Return the content key."""

    def write(self, runs: Sequence[Run], results: Mapping[str, Path], output: Path) -> bytes:
        """Return the bytes of the document, from what was run, its results, and the figures in `output`."""


class Wanted(NamedTuple):
    """A figure, or a frame of it, that a command asks for."""

    name: str
    language: str
    preset: Preset
    format: Format
    frame: int = WHOLE


def wanted_in_handouts(
    lecture: Lecture, languages: Iterable[str], preset: Preset = "print", format: Format = "svg"
) -> list[Wanted]:
    """Return the figures that handouts show, in the preset and format that they show them in."""
    return [Wanted(name, language, preset, format) for name in lecture.figures() for language in languages]


def wanted_before(lecture: Lecture, languages: Container[str], made: Manifest) -> list[Wanted]:
    """Return the figures that earlier commands have made, as far as the lecture still has them."""
    found = []
    for path, entry in made.items():
        origin = entry.made_from
        if entry.kind == "figure" and origin["language"] in languages and has_figure(lecture, path):
            (name, frame), suffix = figure_in(path), PurePosixPath(path).suffix
            found.append(Wanted(name, origin["language"], origin["preset"], suffix[1:], frame))  # type: ignore[arg-type]
    return found


def make_plan(lecture: Lecture, wanted: Iterable[Wanted], options: Options) -> Plan:
    """Plan the figures in `wanted`, each once, in the lecture's order, and the simulations behind them.

    Raises:
        UsageError: `--set` names an experiment or a parameter that there is not, or a value it does not take.
    """
    figures = lecture.figures()
    for experiment in options.settings:
        lecture.study(experiment)
    place = {name: number for number, name in enumerate(figures)}
    shapes = sorted(set(wanted), key=lambda w: (place[w.name], w))
    studies = {figures[w.name].name: figures[w.name] for w in shapes}
    code = Code(Places(lecture.folder))
    runs = {name: _plan_run(code, study, options) for name, study in studies.items()}
    pictures = tuple(_plan_picture(code, lecture, runs[figures[w.name].name], w) for w in shapes)
    return Plan(tuple(runs.values()), pictures, code)


def _plan_run(code: Code, study: Study, options: Options) -> Run:
    try:
        params = with_settings(study.experiment.params, options.settings.get(study.name, {}))
    except ParameterError as error:
        raise ParameterError(f"--set {study.name}: {error}") from error
    values = dataclasses.asdict(params)
    names, arguments = _made_by(study.path, study.experiment.simulate)
    key = (
        {f"parameter {name}": repr(value) for name, value in values.items()}
        | {"seed": str(options.seed)}
        | code.reached_by(study.path, *names, type(params).__name__).parts
        | {f"argument {place}": argument for place, argument in enumerate(arguments)}
        | code.reached_by(COMPUTE, "compute").parts
        | versions("numpy")
    )
    return Run(study.path, values, options.seed, key)


def _plan_picture(code: Code, lecture: Lecture, run: Run, wanted: Wanted) -> Picture:
    experiment = lecture.study(run.experiment).experiment
    drawing = experiment.figures[wanted.name]
    names, arguments = _made_by(run.path, drawing.draw)
    drawn_by = code.reached_by(run.path, *names)
    simulated_by = code.reached_by(run.path, *_made_by(run.path, experiment.simulate)[0])
    shown = drawn_by.strings | simulated_by.strings | set(arguments)
    messages = lecture.translator(wanted.language).known(shown)
    sheets = {sheet: (styles() / f"{sheet}.mplstyle").read_bytes() for sheet in SHEETS[wanted.preset]}
    in_frames = wanted.frame != WHOLE or wanted.format == "gif"
    key = (
        {f"result of {run.experiment}": f"#{run.digest[:16]}"}
        | drawn_by.parts
        | code.reached_by(COMPUTE, "paint").parts
        | {f"argument {place}": argument for place, argument in enumerate(arguments)}
        | {"height": repr(drawing.height), "preset": wanted.preset}
        | ({"frames": repr(drawing.frames)} if in_frames else {})
        | {f"style sheet {sheet}": hashed(text) for sheet, text in sheets.items()}
        | {f"translation of {message!r}": repr(text) for message, text in sorted(messages.items())}
        | versions("numpy", "matplotlib", "babel", "pillow")
    )
    return Picture(run, *wanted, key)


def _made_by(path: Path, function: Callable[..., Any] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the top-level names behind a function, and the texts of the arguments bound to it.

    Where the function is no plain definition of the file `path`, or is bound to anything but plain values,
    the whole of the experiment's definition stands for it. Behind no function at all there is nothing.
    """
    if function is None:
        return (), ()
    arguments: tuple[Any, ...] = ()
    if isinstance(function, functools.partial):
        arguments = (*function.args, *(value for _, value in sorted(function.keywords.items())))
        function = function.func
    name = getattr(function, "__name__", "")
    plain = all(value is None or isinstance(value, str | int | float) for value in arguments)
    own = Path(getattr(getattr(function, "__code__", None), "co_filename", "")).resolve() == path.resolve()
    if not (plain and own and getattr(function, "__globals__", {}).get(name) is function):
        return ("EXPERIMENT",), ()
    return (name,), tuple(value if isinstance(value, str) else repr(value) for value in arguments)
