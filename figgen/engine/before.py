"""What was read for what was made before, and the values of that now."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from figgen.engine.key import Key
from figgen.engine.manifest import Manifest
from figgen.engine.reads.values import now
from figgen.lecture import Lecture
from figgen.plotting.presets import Picture, picture_at


@dataclass(frozen=True, slots=True)
class Before:
    """What was made before, and what was read for it as it is now."""

    lecture: Lecture
    made: Manifest
    _values: Key = field(default_factory=dict)

    def alike(self, picture: Picture) -> list[str]:
        """Return the path of a picture that was made before, else those of its figure in other forms."""
        if picture.path in self.made or not picture.is_marked:
            return [picture.path]
        others = ((path, picture_at(path)) for path, entry in self.made.items() if entry.kind == "figure")
        alike = (picture.figure, picture.language)
        return [path for path, other in others if other and (other.figure, other.language) == alike]

    def read_for(self, paths: Iterable[str]) -> Key:
        """Return the values now of all that was read for some outputs."""
        names = sorted({name for path in paths if path in self.made for name in self.made[path].read})
        self._values.update(now((n for n in names if n not in self._values), self.lecture.folder))
        return {name: self._values[name] for name in names}
