"""A file that is damaged in any way is named as such: no reader raises, whatever its bytes are."""

import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiny_lecture import figgen

from figgen.check.formats import epub, pdf, pptx
from figgen.check.outputs import document_faults, picture_faults
from figgen.engine import manifest
from figgen.engine.documents import Document
from figgen.handout.documents import Handout
from figgen.lecture import load_lecture
from figgen.plotting.presets import Picture
from figgen.slides.document import Slides

PICTURES = ["coin.svg", "coin.png", "coin.pdf", "coin.gif"]
KINDS = [*PICTURES, "handout.en.html", "handout.en.pdf", "handout.en.epub", "slides.en.pptx"]


@dataclass(frozen=True)
class Sample:
    """A file that figgen made, and what looks for faults in other bytes in its place."""

    data: bytes
    faults: Callable[[bytes], list[str]]


@pytest.fixture(scope="module")
def samples(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    """A file of each kind, by its name."""
    folder = shutil.copytree(_built_once, tmp_path_factory.mktemp("damage") / "lecture")
    words = ["--lang", "en"]
    assert figgen("build", *words, "--to", "pptx", "--to", "epub", cwd=folder).returncode == 0
    assert figgen("figures", "coin", *words, "--format", "png", "--format", "pdf", cwd=folder).returncode == 0
    frames = [Image.new("RGB", (40, 30), (80 * n, 0, 0)) for n in range(3)]
    frames[0].save(folder / "output/figures/en/coin.gif", save_all=True, append_images=frames[1:], loop=0)
    return {name: sample(folder, name) for name in KINDS}


def sample(folder: Path, name: str) -> Sample:
    lecture, output = load_lecture(folder), folder / "output"
    entries = manifest.read(output)
    assert entries is not None
    kind = name.rpartition(".")[2]
    picture, document = Picture("coin", "en", "print", kind), Handout("en", kind)  # type: ignore[arg-type]
    deck = Slides("en")
    look: Callable[[], Iterator[str]] = partial(picture_faults, output, picture)
    path = picture.path
    if name not in PICTURES:
        shown: Document = deck if kind == "pptx" else document
        look, path = partial(document_faults, lecture, output, entries, shown), shown.path

    def faults(data: bytes) -> list[str]:
        (output / path).write_bytes(data)
        return list(look())

    return Sample((output / path).read_bytes(), faults)


@pytest.mark.parametrize("name", KINDS)
def test_a_file_that_is_cut_anywhere_is_faulty(samples: dict[str, Sample], name: str) -> None:
    data, faults = samples[name].data, samples[name].faults
    assert faults(data) == []
    whole = len(data.rstrip())  # a last line break is not missed
    for length in {0, 1, 7, 8, 20, *range(0, whole, whole // 40), whole - 1}:
        assert faults(data[:length]), f"{length} of {len(data)} bytes"


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=60, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), width=st.sampled_from([1, 1, 30]))
def test_no_bytes_make_a_reader_raise(
    samples: dict[str, Sample], name: str, where: float, flip: int, width: int
) -> None:
    data = bytearray(samples[name].data)
    place = int(where * len(data))
    for at in range(place, min(place + width, len(data))):
        data[at] ^= flip
    assert all(isinstance(fault, str) for fault in samples[name].faults(bytes(data)))


def test_a_picture_that_would_unpack_to_very_much_is_not_unpacked(samples: dict[str, Sample]) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        sealed = kind + content
        return struct.pack(">I", len(content)) + sealed + struct.pack(">I", zlib.crc32(sealed))

    data, faults = samples["coin.png"].data, samples["coin.png"].faults
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0))
    bomb = data[:8] + header + chunk(b"IDAT", zlib.compress(bytes(10**7))) + chunk(b"IEND", b"")
    assert faults(bomb) == ["has not the pixels of 10 x 10"]


@pytest.mark.parametrize(
    ("name", "reader", "fault"),
    [
        ("coin.pdf", pdf, "is no whole PDF: a stream is cut off, or too large"),
        ("handout.en.pdf", pdf, "is no whole PDF: a stream is cut off, or too large"),
        ("handout.en.epub", epub, "is no whole EPUB: its parts are too large"),
        ("slides.en.pptx", pptx, "is no whole PPTX: its parts are too large"),
    ],
)
def test_a_file_is_not_unpacked_beyond_what_is_sensible(
    samples: dict[str, Sample], monkeypatch: pytest.MonkeyPatch, name: str, reader: object, fault: str
) -> None:
    monkeypatch.setattr(reader, "_LARGEST", 1000)
    assert samples[name].faults(samples[name].data) == [fault]


def test_a_damaged_picture_is_not_blamed_on_the_handout_that_shows_it(built: Path) -> None:
    svg = built / "output/figures/en/coin.svg"
    for data in (b"", svg.read_bytes()[:1000]):
        svg.write_bytes(data)
        done = figgen("check", cwd=built)
        told = [line for line in done.stderr.splitlines() if line.startswith("✗")]
        assert told == ["✗ figures/en/coin.svg: is not as figgen wrote it; run figgen build"]
