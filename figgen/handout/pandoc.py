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

from figgen.colours import readable
from figgen.errors import FiggenError, SourceError
from figgen.handout.complaints import refusal, warnings
from figgen.handout.formulas import Said, say_formulas
from figgen.handout.manuscript import Manuscript
from figgen.handout.theme import WHITE
from figgen.handout.vocabulary import plain
from figgen.settings.look import FIGGENS_BOXES

OLDEST = (3, 9)
"""The oldest pandoc that the handout was tried with and came out right; 3.6 does not read `\\Bigl`."""

_REMEDY = "install figgen's own (pip install pypandoc_binary), or set PYPANDOC_PANDOC to the path of one"
_READER = "markdown+ascii_identifiers-raw_html-raw_attribute"  # raw HTML would be missing in the PDF


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
    version = re.match(r"pandoc\S* ([\d.]+)", said)
    if version is None:
        raise FiggenError(f"{path} is not pandoc: {_REMEDY}")
    return tuple(map(int, version[1].split(".")))


def to_html(manuscript: Manuscript) -> tuple[str, str]:
    """Convert the chapters to HTML with MathML.

    Returns:
        The table of contents and the body. Headings start at the second level.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    template = f"--template={manuscript.layout.path('body.html')}"
    options = [
        "--mathml",
        "--toc",
        "--toc-depth=3",
        "--shift-heading-level-by=1",
        "--number-sections",
        template,
    ]
    html = _convert(manuscript, "html", _metadata(manuscript), options)
    contents, _, body = html.partition("<!-- body -->")
    return contents.strip(), body.strip()


def to_typst(manuscript: Manuscript) -> Said:
    """Convert the chapters to Typst's markup, formulas with words for screen readers.

    Raises:
        SourceError: What pandoc could not convert, and formulas without words, with file and line.
    """
    markup = _convert(manuscript, "typst", _metadata(manuscript) | _titles(manuscript), [])
    return say_formulas(markup, manuscript.prose, manuscript.tr, manuscript.words)


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


def to_slides(manuscript: Manuscript) -> list[SlideText]:
    """Return what slides say of each figure, in order.

    Raises:
        SourceError: What pandoc could not convert, with file and line.
    """
    texts = json.loads(_convert(manuscript, "plain", _metadata(manuscript) | _titles(manuscript), []))
    return [SlideText(**text) for text in texts]


def _convert(manuscript: Manuscript, writer: str, told: Mapping[str, str | bool], options: list[str]) -> str:
    pandoc_version()
    definitions = _define(manuscript.macros)
    prose, layout, bibliography = manuscript.prose, manuscript.layout, manuscript.bibliography
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
            *([f"--csl={manuscript.csl}"] if manuscript.csl else []),
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
            command,
            input=definitions + prose.markdown,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment,
        )
        if done.returncode:
            raise refusal(done.stderr.strip(), prose, manuscript.csl)
        if problems := warnings(
            json.loads(log.read_text("utf-8")), prose, bibliography, definitions.count("\n")
        ):
            raise SourceError(problems)
    return done.stdout


def _metadata(manuscript: Manuscript) -> dict[str, str | bool]:
    """Return what the document says of itself, and what the filters go by."""
    tr = manuscript.tr
    return {
        "lang": manuscript.language,
        "typography": f"`{json.dumps(asdict(tr.typography))}`",  # as code, which is left as it is
        "edition": manuscript.edition,
        "link-citations": True,
        "reference-section-title": tr("References"),
        **{f"label-{name}": tr(label) for name, label in FIGGENS_BOXES.items()},
        **_own_boxes(manuscript),
    }


def _own_boxes(manuscript: Manuscript) -> dict[str, str]:
    """Return the labels of the lecture's own boxes, and their colours, as code, which is left as it is."""
    labels = {f"label-{box.name}": plain(box.label[manuscript.language]) for box in manuscript.boxes}
    colours = {box.name: box.colour and readable(box.colour, WHITE) for box in manuscript.boxes}
    return labels | {f"colour-{name}": f"`{colour}`" if colour else "" for name, colour in colours.items()}


def _define(macros: Mapping[str, str]) -> str:
    """Return TeX to go before the text that defines macros, each with as many arguments as it uses."""
    definitions = ""
    for name, tex in macros.items():
        count = max(map(int, re.findall(r"#(\d)", tex)), default=0)
        arguments = f"[{count}]" if count else ""
        definitions += f"\\newcommand{{\\{name}}}{arguments}{{{' '.join(tex.split())}}}"
    return f"{definitions}\n\n" if definitions else ""


def _titles(manuscript: Manuscript) -> dict[str, str]:
    """Return what the filters call each figure where they list or show it; else it has its caption."""
    return {f"title-{name}": title for name, title in manuscript.figure_titles.items()}


def _pandoc() -> str:
    """Return the path of the user's chosen pandoc, or else of the one that pypandoc_binary brings.

    Not `pypandoc.get_pandoc_path`, which prefers any newer one that it finds: the same sources would not
    give the same bytes.
    """
    import pypandoc  # type: ignore[import-untyped]

    return os.environ.get("PYPANDOC_PANDOC") or str(Path(pypandoc.__file__).with_name("files") / "pandoc")
