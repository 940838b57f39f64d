"""The messages of a lecture, and its catalogues brought up to date with them."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from figgen.engine import manifest
from figgen.engine.sources import look_at_sources
from figgen.errors import Problem, SourceError
from figgen.lecture import Lecture, load_lecture
from figgen.parameters import specs
from figgen.paths import PACKAGE
from figgen.scaffold.files import replace_file
from figgen.translation.catalogues import is_figgens
from figgen.translation.merging import Merged, merge
from figgen.translation.said import said_in, tables_of
from figgen.translation.tags import inherits

_IN_LAYOUT = re.compile(r"""\btr\(\s*(["'])(.*?)\1""")


@dataclass(frozen=True, slots=True)
class Update:
    """A catalogue that was brought up to date."""

    path: Path
    language: str
    merged: Merged

    def told(self, folder: Path) -> str:
        """Say what came of it."""
        path = self.path.relative_to(folder) if self.path.is_relative_to(folder) else self.path
        merged = self.merged
        left = f"{len(merged.left)} of {merged.total} left to translate" if merged.left else "all translated"
        return f"{path.as_posix()}: {len(merged.new)} new, {len(merged.obsolete)} obsolete, {left}"


def update_catalogues(
    lecture: Lecture, output: Path, known: Mapping[str, Mapping[str, str]] | None = None
) -> list[Update]:
    """Bring the catalogues of all languages up to date with what the lecture says.

    Args:
        lecture: The lecture.
        output: The folder of its outputs: what was said while they were made is known from there.
        known: Translations for new messages by language, as far as there are any.

    Raises:
        SourceError: A catalogue is damaged, or code cannot be read: what it says would be lost.
    """
    code = Code(lecture, output)
    wanted, mentioned = code.messages(), code.texts()
    updates = []
    for language in lecture.languages:
        path = lecture.translator(language).catalogue
        if inherits(language, lecture.source_language) and not path.is_file():
            continue
        merged = merge(path, language, wanted, (known or {}).get(language, {}), mentioned)
        replace_file(path, merged.data)
        updates.append(Update(path, language, merged))
    return updates


def load_whole(folder: Path) -> Lecture:
    """Read a lecture all of whose experiments can be imported, so that it is known what they say.

    Raises:
        SourceError: What is wrong.
    """
    lecture = load_lecture(folder)
    if lecture.failures:
        raise SourceError(lecture.failures)
    return lecture


class Code:
    """What the files of a lecture say."""

    def __init__(self, lecture: Lecture, output: Path) -> None:
        self._lecture, self._output = lecture, output
        self._roots = {lecture.folder.resolve()} | {
            study.path.parents[1].resolve() for study in lecture.studies
        }
        sources = look_at_sources(lecture.folder, output).files
        self._files = sorted(
            path for path in sources if any(map(path.is_relative_to, self._roots)) and not _is_test(path)
        )
        self._modules = {path: _parsed(path) for path in self._files if path.suffix == ".py"}

    def messages(self) -> dict[str, tuple[str, ...]]:
        """Return all messages, each with the files that say it."""
        found: dict[str, dict[str, None]] = {}
        for message, path in self._said():
            if message and not is_figgens(message):
                found.setdefault(message, {})[self._name(path)] = None
        return {message: tuple(files) for message, files in found.items()}

    def _said(self) -> Iterator[tuple[str, Path]]:
        yield from self._in_code()
        yield from self._in_claims()
        yield from self._explored()
        yield from self._in_layout()
        yield from self._while_made()

    def texts(self) -> frozenset[str]:
        """Return every text in the code: what stands there may be a message that is put together."""
        return frozenset(text for texts in self._texts().values() for text in texts)

    def _texts(self) -> dict[Path, set[str]]:
        return {
            path: {
                node.value
                for node in ast.walk(module)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            for path, module in self._modules.items()
        }

    def _in_code(self) -> Iterator[tuple[str, Path]]:
        tables = tables_of(list(self._modules.values()))
        for path, module in self._modules.items():
            for said in said_in(module, tables):
                yield from ((text, path) for text in said.texts)

    def _in_claims(self) -> Iterator[tuple[str, Path]]:
        for study in self._lecture.studies:
            for claim in study.experiment.claims:
                yield from ((text, study.path) for text in (claim.statement, claim.only_if))

    def _explored(self) -> Iterator[tuple[str, Path]]:
        for study in self._lecture.studies:
            for drawing in study.experiment.figures.values():
                if explore := drawing.explore:
                    yield specs(study.experiment.params)[explore.parameter].doc, study.path
                    yield explore.look, study.path

    def _in_layout(self) -> Iterator[tuple[str, Path]]:
        for path in self._files:
            if path.suffix == ".j2" and path.parent == self._lecture.layout.own:
                found = _IN_LAYOUT.findall(path.read_text(encoding="utf-8", errors="replace"))
                yield from ((text, path) for _, text in found)

    def _while_made(self) -> Iterator[tuple[str, Path]]:
        """Yield what was said while outputs were made, as far as the code still has it."""
        said = {text for entry in (manifest.read(self._output) or {}).values() for text in entry.said}
        for path, texts in self._texts().items():
            yield from ((text, path) for text in sorted(said & texts))

    def _name(self, path: Path) -> str:
        """Name a file by its place in the lecture, or in that of its package."""
        bases = (self._lecture.folder.resolve(), PACKAGE.parent, *(root.parent for root in self._roots))
        return next(path.relative_to(base).as_posix() for base in bases if path.is_relative_to(base))


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        raise SourceError([Problem(path, line, f"{type(error).__name__}: {error}")]) from error


def _is_test(path: Path) -> bool:
    return path.name.startswith("test_") or path.name == "conftest.py"
