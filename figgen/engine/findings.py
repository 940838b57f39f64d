"""What is wrong with the figures of a plan for their readers, as it was found when they were drawn."""

from figgen.engine.manifest import Manifest
from figgen.engine.plan import Plan
from figgen.plotting.finding import Finding
from figgen.plotting.presets import Picture


def findings_of(plan: Plan, entries: Manifest) -> dict[Picture, tuple[Finding, ...]]:
    """Return the findings of each drawing that has some, by the first of its pictures."""
    found: dict[tuple[object, ...], tuple[Picture, tuple[Finding, ...]]] = {}
    for picture in plan.pictures:
        entry = entries.get(picture.path)
        if entry is not None and entry.findings:
            found.setdefault(picture.drawing, (picture, entry.findings))
    return dict(found.values())
