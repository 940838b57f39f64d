"""figgen and its peers: how each gets the same experiments as input, and how each builds.

Each tool turns the built-in lecture's experiments into figures in English, for print, as SVG. For the peers
an experiment is one notebook or example file: its own source, then a cell that simulates and one that draws
each figure with figgen's `render`, so that the pictures are the same to the byte; `sim/` and `plotting/` are
imported. jupyter-cache executes and writes no pages; mystmd exports Markdown, for the themes of its HTML come
from the network.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from timing import BIN, PYTHON, experiments, run, run_together

SETUP = """__file__ = {path!r}  # a notebook has none, and an experiment may have data beside it
from figgen.experiment import generator
from figgen.plotting.export import render
from figgen.translation import Translator

class Picture(str):
    def _repr_html_(self):
        return self

    def __repr__(self):
        return "a picture"
"""
SIMULATE = "result = EXPERIMENT.simulate(EXPERIMENT.params, generator({name!r}, 0))"
DRAW = """drawn = render(EXPERIMENT.figures[{figure!r}], result, Translator("en"), "print", [("svg", 0)])
Picture(drawn.images["svg", 0].decode())"""
GALLERY = """extensions = ["sphinx_gallery.gen_gallery"]
html_theme = "basic"
sphinx_gallery_conf = {{
    "examples_dirs": "examples", "gallery_dirs": "gallery", "filename_pattern": "/", "parallel": {jobs},
    "image_scrapers": (), "reset_modules": (), "min_reported_time": 1000, "show_memory": False,
}}
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A folder where one tool builds, from a copy of figgen beside it, with so many workers."""

    folder: Path
    sources: Path
    env: dict[str, str]
    jobs: int

    def run(self, *command: str | Path) -> None:
        """Run a command in the folder."""
        run(*command, cwd=self.folder, env=self.env)

    def write(self, name: str, text: str) -> None:
        """Write a file unless it is so already."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool gets its input, which is not timed, and builds; which files have figures and captions."""

    prepare: Callable[[Site], None]
    build: Callable[[Site], None]
    figures: str
    pages: str

    def pictures(self, site: Site) -> set[str]:
        """Return the hash of each picture in the output."""
        texts = (path.read_text(encoding="utf-8") for path in site.folder.glob(self.figures))
        found = (svg for text in texts for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL))
        return {sha256(svg.encode()).hexdigest() for svg in found}

    def shows(self, site: Site, text: str) -> str:
        """Say whether a text stands in the output."""
        if not self.pages:
            return "writes none"
        pages = site.folder.glob(self.pages)
        return "yes" if any(text in page.read_text(encoding="utf-8") for page in pages) else "NO"


# The same experiments for each tool -----------------------------------------------------------------------


def scripts(sources: Path) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield each experiment as its name, title, and cells: a text with the code that follows it."""
    for path, experiment in experiments().items():
        source = (sources / path).read_text(encoding="utf-8")
        docstring = ast.parse(source).body[0]
        code = "\n".join(source.splitlines()[docstring.end_lineno :])
        name = Path(path).stem
        chapter = f"templates/training_neural_networks_1/en/{Path(path).parent.name}.md.j2"
        captions = _captions(sources / chapter)
        setup = SETUP.format(path=str(sources / path))
        cells = [("Simulation", f"{setup}\n{code}"), ("Result", SIMULATE.format(name=name))]
        cells += [(captions[figure], DRAW.format(figure=figure)) for figure in experiment.figures]
        yield name, str(ast.literal_eval(source[: source.index("\n")])), cells


def _captions(chapter: Path) -> dict[str, str]:
    """Return the captions of a chapter by figure, without Jinja's and TeX's marks."""
    text = chapter.read_text(encoding="utf-8")
    found = re.findall(r'{% call figure\("(\w+)".*?%}(.*?){% endcall %}', text, re.DOTALL)
    return {name: re.sub(r"\{\{.*?\}\}|[\\$*_`|]", "", caption).strip() for name, caption in found}


def write_notebooks(site: Site, front_matter: str = "") -> None:
    """Write one notebook an experiment."""
    for name, title, cells in scripts(site.sources):
        blocks = [("markdown", f"{front_matter.format(name=name)}# {title}")]
        blocks += [block for text, code in cells for block in (("markdown", text), ("code", code))]
        site.write(f"{name}.ipynb", json.dumps(_notebook(blocks)))


def _notebook(blocks: list[tuple[str, str]]) -> dict[str, object]:
    code: dict[str, object] = {"outputs": [], "execution_count": None}
    cells = [
        {"cell_type": kind, "id": f"cell-{i}", "metadata": {}, "source": text}
        | (code if kind == "code" else {})
        for i, (kind, text) in enumerate(blocks)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def write_examples(site: Site) -> None:
    """Write one example file an experiment, and Sphinx's settings."""
    site.write("conf.py", GALLERY.format(jobs=site.jobs))
    site.write("index.rst", "Lecture\n=======\n\n.. toctree::\n\n   gallery/index\n")
    site.write("examples/GALLERY_HEADER.rst", "Experiments\n===========\n")
    for name, title, cells in scripts(site.sources):
        blocks = ["# %%\n# " + text.replace("\n", "\n# ") + f"\n\n{code}\n" for text, code in cells]
        head = f'"""\n{title}\n{"=" * len(title)}\n\nAn experiment.\n"""\n'
        site.write(f"examples/{name}.py", head + "\n".join(blocks))


# The tools ------------------------------------------------------------------------------------------------


def _build_figgen(site: Site) -> None:
    site.run(
        *(PYTHON, "-m", "figgen", "build", "--quiet", "--lang", "en", "--to", "html"),
        *("--jobs", str(site.jobs), "--output", "output"),
    )


def _build_nbconvert(site: Site) -> None:
    notebooks = sorted(site.folder.glob("*.ipynb"))
    command = (PYTHON, "-m", "nbconvert", "--execute", "--to", "html", "--output-dir", "html")
    # By default two processes that start kernels may choose the same TCP port, and one kernel dies.
    sockets = [("--KernelManager.transport=ipc", f"--KernelManager.ip=kernel-{i}") for i in range(site.jobs)]
    shares: list[tuple[str | Path, ...]]
    shares = [(*command, *sockets[i], *notebooks[i :: site.jobs]) for i in range(site.jobs)]
    run_together(shares, site.folder, site.env)


def _build_gallery(site: Site) -> None:
    site.run(PYTHON, "-m", "sphinx", "-q", "-j", str(site.jobs), "-b", "html", ".", "html")


def _prepare_cache(site: Site) -> None:
    write_notebooks(site)
    site.run(BIN / "jcache", "notebook", "-p", "cache", "add", *sorted(site.folder.glob("*.ipynb")))


def _build_cache(site: Site) -> None:
    # Its pool is as large as the machine, whatever `site.jobs`; in one process where one worker is asked for.
    executor = "local-serial" if site.jobs == 1 else "local-parallel"
    site.run(BIN / "jcache", "project", "-p", "cache", "execute", "-e", executor, "-t", "600")


def _prepare_mystmd(site: Site) -> None:
    site.write("myst.yml", "version: 1\nproject:\n  title: Lecture\n  exclude: exports/*\n")
    export = "---\nexports:\n  - format: md\n    output: exports/{name}.md\n---\n"
    write_notebooks(site, export)


def _build_mystmd(site: Site) -> None:
    parallel = ("--execute-parallel", str(site.jobs))
    site.run(BIN / "myst", "build", "--execute", "--md", "--ci", *parallel)


TOOLS = {
    "figgen": Tool(lambda site: None, _build_figgen, "output/figures/**/*.svg", "output/*.html"),
    "nbconvert": Tool(write_notebooks, _build_nbconvert, "html/*.html", "html/*.html"),
    "sphinx-gallery": Tool(write_examples, _build_gallery, "html/gallery/*.html", "html/gallery/*.html"),
    "jupyter-cache": Tool(_prepare_cache, _build_cache, "cache/executed/*/*.ipynb", ""),
    "mystmd": Tool(_prepare_mystmd, _build_mystmd, "_build/execute/*.ipynb", "exports/*.md"),
}
