"""Outputs of what a lecture no longer has."""

from figgen.engine.manifest import Entry, Manifest, simulation_name
from figgen.lecture import Lecture
from figgen.plotting.presets import Picture, picture_at


def orphans(lecture: Lecture, entries: Manifest) -> list[str]:
    """Return the paths of what the lecture no longer has: figures, frames of them, results, languages.

    While an experiment cannot be imported, what it has is not known, and nothing counts as an orphan.
    """
    if lecture.failures:
        return []
    studies, known = {study.name for study in lecture.studies}, simulation_names(lecture)

    def is_orphan(path: str, entry: Entry) -> bool:
        origin = entry.made_from
        return (
            ("language" in origin and origin["language"] not in lecture.languages)
            or ("experiment" in origin and origin["experiment"] not in studies)
            or (
                "explored" in origin
                and simulation_name(origin["experiment"], origin["explored"]) not in known
            )
            or (entry.kind == "figure" and not has_picture(lecture, picture_at(path)))
        )

    return [path for path, entry in entries.items() if is_orphan(path, entry)]


def has_picture(lecture: Lecture, picture: Picture | None) -> bool:
    """Tell whether a lecture has the figure of a picture, and the frame of it."""
    study = lecture.figures().get(picture.figure) if picture else None
    if picture is None or study is None:
        return False
    drawing = study.experiment.figures[picture.figure]
    if picture.explored and not (drawing.explore and picture.explored in drawing.explore.points):
        return False
    least = 2 if picture.frame or picture.format == "gif" else 1
    return drawing.frames >= max(least, picture.frame)


def simulation_names(lecture: Lecture) -> set[str]:
    """Return the names of all simulations that a lecture may have: by experiment, and by explored value."""
    explored = {
        simulation_name(study.name, value)
        for study in lecture.studies
        for drawing in study.experiment.figures.values()
        if drawing.explore
        for value in drawing.explore.points
    }
    return {study.name for study in lecture.studies} | explored
