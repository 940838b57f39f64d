"""Pandoc: from Markdown to HTML, Typst and plain text; its warnings are errors in the chapters."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from figgen.errors import FiggenError, SourceError
from figgen.handout import Edition
from figgen.handout.complaints import refusal, warnings
from figgen.handout.formulas import say_formulas
from figgen.handout.prose import Prose
from figgen.layers import Layers
from figgen.translation import Translator

OLDEST = (3, 9)
"""The oldest pandoc that the handout was tried with and came out right; 3.6 does not read `\\Bigl`."""

_REMEDY = "install figgen's own (pip install pypandoc_binary), or set PYPANDOC_PANDOC to the path of one"
_READER = "markdown+ascii_identifiers-raw_html-raw_tex-raw_attribute"  # raw HTML would be missing in the PDF
_BOXES = {
    "question": "Question",
    "answer": "Answer",
    "measured": "What we measured",
    "remark": "Remark",
    "evidence": "Checked by simulation",
}
"""The fenced divisions that the layout draws as boxes, and their labels."""


def pandoc_version() -> tuple[int, ...]:
    """Return pandoc's version.

    Raises:
        FiggenError: There is no pandoc, or it is too old.
    """
    path = _pandoc()
    version = _version_of(path)
    if version < OLDEST:
        found, needed = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
        raise FiggenError(f"{path} is pandoc {found}; figgen needs {needed} or newer: {_REMEDY}")
    return version


@cache
def _version_of(path: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise FiggenError(f"cannot run pandoc at {path}: {_REMEDY}") from error
    return tuple(map(int, re.findall(r"\d+", said.partition("\n")[0])))


def to_html(
    prose: Prose, layout: Layers, bibliography: Path | None, tr: Translator, edition: Edition
) -> tuple[str, str]:
    """Convert to HTML with MathML.

    Args:
        prose: The chapters.
        layout: Has the Lua filters.
        bibliography: The BibTeX file with what the chapters cite, if there is one.
        tr: Gives the language and the labels of the boxes.
        edition: The student's has room to write in place of the answers.

    Returns:
        The table of contents and the body. Headings start at the second level.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    template = f"--template={layout.path('body.html')}"
    options = [
        "--mathml",
        "--toc",
        "--toc-depth=3",
        "--shift-heading-level-by=1",
        "--number-sections",
        template,
    ]
    html = _convert(prose, "html", layout, bibliography, _metadata(tr, edition), options)
    contents, _, body = html.partition("<!-- body -->")
    return contents.strip(), body.strip()


def to_typst(
    prose: Prose,
    layout: Layers,
    bibliography: Path | None,
    tr: Translator,
    edition: Edition,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Convert to Typst's markup, formulas with words for screen readers; see `to_html`.

    Args:
        prose: The chapters.
        layout: Has the Lua filters.
        bibliography: The BibTeX file with what the chapters cite, if there is one.
        tr: Gives the language, the labels of the boxes, and the words for formulas.
        edition: The student's has room to write in place of the answers.
        titles: What the list of figures calls each figure, as Markdown; else it shows the caption.

    Raises:
        SourceError: What pandoc could not convert, and formulas without words, with file and line.
    """
    told = _metadata(tr, edition) | {f"title-{name}": title for name, title in titles.items()}
    markup = _convert(prose, "typst", layout, bibliography, told, [])
    return say_formulas(markup, prose, tr).markup


@dataclass(frozen=True, slots=True)
class SlideText:
    """What a slide says of a figure, in plain text.

    Attributes:
        figure: The figure's name.
        chapter: The heading of the chapter that shows it.
        title: Its title.
        caption: Its caption, beginning with its number.
        alt: Its alternative text.
    """

    figure: str
    chapter: str
    title: str
    caption: str
    alt: str


def to_slides(
    prose: Prose, layout: Layers, bibliography: Path | None, tr: Translator, titles: Mapping[str, str]
) -> list[SlideText]:
    """Return what slides say of each figure, in order.

    Args:
        prose: The chapters.
        layout: Has the Lua filters.
        bibliography: The BibTeX file with what the chapters cite, if there is one.
        tr: Gives the language.
        titles: What each figure is called, as Markdown.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    told = _metadata(tr, "full") | {f"title-{name}": title for name, title in titles.items()}
    texts = json.loads(_convert(prose, "plain", layout, bibliography, told, []))
    return [SlideText(**text) for text in texts]


def _convert(
    prose: Prose,
    writer: str,
    layout: Layers,
    bibliography: Path | None,
    told: Mapping[str, str | bool],
    options: list[str],
) -> str:
    pandoc_version()
    with tempfile.TemporaryDirectory() as folder:
        log, metadata = Path(folder, "log.json"), Path(folder, "metadata.json")
        metadata.write_text(json.dumps(told), encoding="utf-8")
        command = [
            _pandoc(),
            f"--from={_READER}",
            f"--to={writer}-smart",  # marks as they stand, which Typst would choose anew
            "--sandbox",
            f"--data-dir={layout.below}",  # not the user's own defaults
            "--wrap=none",
            "--citeproc",
            *([f"--bibliography={bibliography}"] if bibliography else []),
            f"--lua-filter={layout.path('handout.lua')}",
            f"--lua-filter={layout.path('typography.lua')}",
            f"--lua-filter={layout.path(f'{writer}.lua')}",
            f"--metadata-file={metadata}",  # not --metadata: arguments would go through the locale's encoding
            *options,
            "--quiet",
            f"--log={log}",
        ]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, input=prose.markdown, capture_output=True, encoding="utf-8", check=False, env=environment
        )
        if done.returncode:
            raise refusal(done.stderr.strip(), prose)
        if problems := warnings(json.loads(log.read_text("utf-8")), prose, bibliography):
            raise SourceError(problems)
    return done.stdout


def _metadata(tr: Translator, edition: Edition) -> dict[str, str | bool]:
    """Return what the document says of itself, and what the filters go by."""
    return {
        "lang": tr.language,
        "typography": f"`{json.dumps(asdict(tr.typography))}`",  # as code, which is left as it is
        "edition": edition,
        "link-citations": True,
        "reference-section-title": tr("References"),
        **{f"label-{name}": tr(label) for name, label in _BOXES.items()},
    }


def _pandoc() -> str:
    """Return the path of the user's chosen pandoc, or else of the one that pypandoc_binary brings.

    Not `pypandoc.get_pandoc_path`, which prefers any newer one that it finds: the same sources would not
    give the same bytes.
    """
    import pypandoc  # type: ignore[import-untyped]

    return os.environ.get("PYPANDOC_PANDOC") or str(Path(pypandoc.__file__).with_name("files") / "pandoc")
