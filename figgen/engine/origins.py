"""What each simulation and each picture is made from: what the sources say, and what it has read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from figgen.engine.files import hashed
from figgen.engine.fingerprint import Code, Unsteady
from figgen.engine.key import Key, versions
from figgen.engine.reads.record import Noted
from figgen.errors import ParameterError, Problem
from figgen.experiment import with_settings
from figgen.lecture import Lecture
from figgen.loading import Study
from figgen.outline import made_by
from figgen.paths import PACKAGE, styles
from figgen.plotting.presets import SHEETS, WHOLE, Picture, Preset

COMPUTE = PACKAGE / "engine" / "compute.py"
STORE = PACKAGE / "engine" / "store.py"


@dataclass(frozen=True, slots=True)
class Origin:
    """What something is made from.

    Attributes:
        given: What is known before it is made: code, parameters, versions.
        read: What was read when it was made last, as it is now.
        code: The files of code that `given` has come from.
        unsteady: What in that code gives something else each time.
    """

    given: Key
    read: Key = field(default_factory=dict)
    code: frozenset[Path] = frozenset()
    unsteady: frozenset[Unsteady] = frozenset()

    @property
    def key(self) -> Key:
        """The content key."""
        return self.given | self.read

    def problems(self) -> tuple[Problem, ...]:
        """Tell what lets no two builds agree."""
        return tuple(Problem(path, line, _never_the_same(name)) for path, line, name in sorted(self.unsteady))

    def having_read(self, noted: Noted, lecture: Path) -> "Origin":
        """Return what something turned out to be made from; code that was not expected counts as a file."""
        modules = {Path(path): value for path, value in noted.modules.items()}
        unexpected = {_name(path, lecture): modules[path] for path in modules.keys() - self.code}
        return replace(self, read=dict(sorted((noted.reads | unexpected).items())))


def _never_the_same(function: str) -> str:
    if function.startswith(("time", "date")):
        does = "reads the clock"
        remedy = "give the date or the duration as a parameter, or set recorded=True for measured times"
    else:
        does = "draws random numbers that no seed decides"
        remedy = "take them from rng, which simulate is given"
    return f"{does} ({function}), so that another build gives another result; {remedy}"


def _name(file: Path, lecture: Path) -> str:
    return (file.relative_to(lecture) if file.is_relative_to(lecture) else file).as_posix()


def set_parameters(study: Study, settings: Mapping[str, str]) -> Any:
    """Return the parameters of an experiment, some of them set from text.

    Raises:
        ParameterError: It has no such parameter, or a value that it does not take.
    """
    try:
        return with_settings(study.experiment.params, settings)
    except ParameterError as error:
        raise ParameterError(f"--set {study.name}: {error}") from error


def simulation_origin(code: Code, study: Study, params: Any, seed: int) -> Origin:
    """Return all that the result of a simulation depends on before it is read."""
    simulate = made_by(study.path, study.experiment.simulate)
    reached = code.reached_by(study.path, *simulate.names, type(params).__name__)
    given = (
        {f"parameter {name}": repr(value) for name, value in asdict(params).items()}
        | {"seed": str(seed)}
        | reached.key
        | {f"argument {place}": argument for place, argument in enumerate(simulate.arguments)}
        | code.reached_by(COMPUTE, "compute").parts
        | code.reached_by(STORE, "pack", "unpack").parts
        | versions("numpy")
    )
    unsteady = frozenset() if study.experiment.recorded else reached.unsteady
    return Origin(given, code=reached.files, unsteady=unsteady)


def evidence_origin(code: Code, study: Study, result: str) -> Origin:
    """Return all that what claims measure depends on before it is read.

    Args:
        code: The code that they may reach.
        study: The experiment that has the claims.
        result: The hash of the result's bytes.
    """
    reached = code.reached_by(study.path, "EXPERIMENT")
    given = {"result": result} | reached.parts | code.reached_by(COMPUTE, "assess").parts | versions("numpy")
    return Origin(given, code=reached.files)


def picture_origin(code: Code, lecture: Lecture, picture: Picture, digest: str, simulation: str) -> Origin:
    """Return all that a picture depends on before it is drawn.

    Args:
        code: The code that it may reach.
        lecture: The lecture that has its figure.
        picture: Which it is.
        digest: Stands for the result that it shows; empty for an illustration, which shows none.
        simulation: The name of what gave that result.
    """
    study = lecture.figures()[picture.figure]
    drawing = study.experiment.figures[picture.figure]
    draw = made_by(study.path, drawing.draw)
    drawn_by = code.reached_by(study.path, *draw.names)
    simulated_by = code.reached_by(study.path, *made_by(study.path, study.experiment.simulate).names)
    shown = drawn_by.strings | simulated_by.strings | set(draw.arguments)
    tr = lecture.translator(picture.language)
    messages = tr.known(shown)
    in_frames = picture.frame != WHOLE or picture.format == "gif"
    given = (
        (result_key(simulation, digest) if digest else {})
        | drawn_by.key
        | code.reached_by(COMPUTE, "paint").parts
        | {f"argument {place}": argument for place, argument in enumerate(draw.arguments)}
        | {"height": repr(drawing.height), "preset": picture.preset}
        | ({"frames": repr(drawing.frames)} if in_frames else {})
        | ({"size": "{} × {} pt".format(*picture.size)} if picture.size else {})
        | ({"lecture": lecture.title[lecture.source_language]} if picture.is_marked else {})
        | {name: hashed(path.read_bytes()) for name, path in style_sheets(lecture, picture.preset).items()}
        | ({"palette": repr(lecture.theme.palette)} if lecture.theme.palette else {})
        | {translation_of(message): repr(text) for message, text in sorted(messages.items())}
        | {"numbers": hashed(repr(tr.notation))}
        | versions("numpy", "matplotlib", "babel", "pillow")
    )
    return Origin(given, code=drawn_by.files, unsteady=drawn_by.unsteady)


def translation_of(message: str) -> str:
    """Return what a key calls the translation of a message."""
    return f"translation of {message!r}"


def result_key(simulation: str, digest: str) -> Key:
    """Return what a picture or a document depends on that shows the result of a simulation."""
    return {f"result of {simulation}": f"#{digest[:16]}"}


def style_sheets(lecture: Lecture, preset: Preset) -> dict[str, Path]:
    """Return the style sheets that a preset is drawn in, and the lecture's own fonts, by a name for each."""
    figgens = {f"style sheet {sheet}": styles() / f"{sheet}.mplstyle" for sheet in SHEETS[preset]}
    own = {path.relative_to(lecture.folder).as_posix(): path for path in lecture.look(preset).files()}
    return figgens | own
