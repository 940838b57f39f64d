"""An experiment of the lecture that comes with figgen, with all that it needs in another lecture."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from figgen.errors import UsageError, unknown
from figgen.lecture import Lecture, load_lecture
from figgen.loading import Study
from figgen.paths import BUILT_IN, built_in_lecture
from figgen.translation.catalogues import read_catalogue
from figgen.translation.tags import chain, inherits

_ASSETS = "assets"
_REFERENCE = re.compile(r"""\bref\(\s*["']([\w-]+)["']|@([\w-]+)""")


@dataclass(frozen=True, slots=True)
class Borrowed:
    """An experiment that is to be copied.

    Attributes:
        lecture: The lecture that has it.
        study: The experiment.
    """

    lecture: Lecture
    study: Study

    def files(self, root: str, chapter: str, name: str) -> dict[str, bytes]:
        """Return its file, and those that it needs, by their paths in another lecture.

        Args:
            root: The folder of that lecture's experiments.
            chapter: The chapter to put it in.
            name: What to call it there.
        """
        found: dict[str, bytes] = {}
        text = self.study.path.read_text(encoding="utf-8")
        self._collect(f"{root}/{chapter}/{name}.py", text, root, found)
        for path in sorted((self.study.path.parent / _ASSETS).glob("*")):
            if path.is_file() and path.name in text:
                found[f"{root}/{chapter}/{_ASSETS}/{path.name}"] = path.read_bytes()
        return found

    def _collect(self, path: str, text: str, root: str, found: dict[str, bytes]) -> None:
        """Put a file among those that are found, and the helpers that it imports."""
        home = self.study.path.parents[1]
        package = f"figgen.{home.name}"
        found[path] = re.sub(rf"\b{re.escape(package)}\b", root.replace("/", "."), text).encode()
        for helper in re.findall(rf"\b{re.escape(package)}\.(\w+)\b", text):
            beside = f"{root}/{helper}.py"
            if beside not in found and (home / f"{helper}.py").is_file():
                self._collect(beside, (home / f"{helper}.py").read_text(encoding="utf-8"), root, found)

    def blocks(self, tag: str, name: str) -> list[str]:
        """Return what shows its figures in a chapter: as its own lecture has it, or else in English."""
        return [self._block(figure, tag, name) for figure in self.study.experiment.figures]

    def _block(self, figure: str, tag: str, name: str) -> str:
        call = rf"""\{{% call figure\(["']{figure}["'].*?\{{% endcall %\}}"""
        for text in self._texts(tag):
            if found := re.search(call, text, re.DOTALL):
                named = {match[1] or match[2] for match in _REFERENCE.finditer(found[0])}
                if named <= set(self.study.experiment.figures):
                    own = rf"\b(result|params)\.{self.study.name}\b"
                    return re.sub(own, rf"\1.{name}", found[0])
        title = self.study.title.replace('"', "'")
        return f'{{% call figure("{figure}", alt="{title}") %}}\n{title}\n{{% endcall %}}'

    def _texts(self, tag: str) -> Iterator[str]:
        """Yield the texts that may show it, those in the language first."""
        near = [language for language in chain(tag) if language in self.lecture.languages]
        for language in (*near, self.lecture.source_language):
            for chapter in (self.study.chapter, *self.lecture.chapters):
                yield self.lecture.chapter_text(language, chapter).read_text(encoding="utf-8")

    def known(self, tag: str) -> Mapping[str, str]:
        """Return the translations of its messages that its lecture has."""
        if inherits(tag, self.lecture.source_language):
            return {text: text for text in self._messages()}
        found: dict[str, str] = {}
        for path in reversed(self.lecture.catalogues(tag)):
            found |= read_catalogue(path)
        return found

    def _messages(self) -> Iterator[str]:
        """Yield all messages of its lecture: they are their own translation into its language."""
        for language in self.lecture.languages:
            for path in self.lecture.catalogues(language):
                yield from read_catalogue(path)


def borrow(name: str) -> Borrowed:
    """Return a built-in experiment.

    Raises:
        UsageError: There is none of that name; the nearest are named.
    """
    lecture = load_lecture(built_in_lecture(BUILT_IN))
    names = {study.name: study for study in lecture.studies}
    if name not in names:
        raise UsageError(f"--from: {unknown('experiment', name, names)}")
    return Borrowed(lecture, names[name])
