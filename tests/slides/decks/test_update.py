"""The pictures in somebody's own slides: those out of date are drawn anew in place, and all else stays."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Emu, Inches
from tiny_lecture import edit, figgen

from figgen.plotting.mark import Mark, mark_in

ANIMATION = (
    '<p:timing xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:tnLst><p:par>'
    '<p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"/></p:par></p:tnLst></p:timing>'
)
Draft = Callable[[Any, bytes], None]


def drawn(lecture: Path, figure: str = "coin", language: str = "en", *more: str) -> bytes:
    """Draw a figure for a slide, and return the picture."""
    words = ("--preset", "slides", "--format", "png", "--lang", language, *more)
    done = figgen("figures", figure, *words, cwd=lecture)
    assert done.returncode == 0, done.stderr
    return (lecture / f"output/slides/{language}/{figure}.png").read_bytes()


def blank(deck: Any) -> Any:
    """Add an empty slide."""
    return deck.slides.add_slide(deck.slide_layouts.get_by_name("Blank"))


def place(slide: Any, picture: bytes, width: float = 13.333, height: float = 7.5) -> Any:
    """Put a picture onto a slide; sizes are in inches."""
    shown = slide.shapes.add_picture(io.BytesIO(picture), Inches(0.5), Inches(0.25))
    shown.width, shown.height = Inches(width), Inches(height)
    return shown


def save(deck: Any, path: Path) -> dict[str, bytes]:
    """Save slides, and return their parts."""
    deck.save(path)
    return parts(path)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Return the names of the parts that differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def update(lecture: Path, deck: Path, *words: str, code: int = 0) -> str:
    """Update the pictures in a deck, and return what was said."""
    done = figgen("deck", "update", deck, *words, cwd=lecture)
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return (done.stdout if code == 0 else done.stderr).replace("\n", " ")


def pictures(path: Path) -> list[bytes]:
    """Return the bytes of all pictures on slides of PowerPoint's, in order."""
    return [
        shape.image.blob
        for slide in Presentation(str(path)).slides
        for shape in slide.shapes
        if hasattr(shape, "image")
    ]


def size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as pixels:
        return pixels.size


def mark(data: bytes) -> Mark:
    found = mark_in(data)
    assert found
    return found


def test_a_picture_that_is_current_stays_and_one_that_is_not_is_drawn_anew(
    tiny: Path, tmp_path: Path
) -> None:
    path = tmp_path / "talk.pptx"
    deck = Presentation()
    for figure in ("coin", "dice"):
        shown = place(blank(deck), drawn(tiny, figure))
        shown._element.nvPicPr.cNvPr.set("descr", f"My own words of the {figure}")
        shown.crop_left, shown.rotation = 0.0, 7.0
    deck.slides[0]._element.append(etree.fromstring(ANIMATION))
    deck.slides[0].notes_slide.notes_text_frame.text = "Say this."
    before = save(deck, path)
    assert "2 pictures of figgen's, 0 updated; 0 others" in update(tiny, path)
    assert parts(path) == before
    edit(tiny / "experiments/chance/coin.py", 'xlabel=tr("toss")', 'xlabel=tr("heads")')
    said = update(tiny, path)
    assert "slide 1: coin (en, slides): updated slide 2: dice (en, slides): current" in said
    after = parts(path)
    assert changed(before, after) == {"ppt/media/image1.png"}
    assert after["ppt/media/image1.png"] == (tiny / "output/slides/en/coin.png").read_bytes()
    assert mark(after["ppt/media/image1.png"]).key != mark(before["ppt/media/image1.png"]).key
    assert "0 updated" in update(tiny, path)


def test_a_dry_run_says_what_is_out_of_date_and_does_nothing(tiny: Path, tmp_path: Path) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    place(blank(deck), drawn(tiny))
    edit(tiny / "experiments/chance/coin.py", 'ylabel=tr("heads")', 'ylabel=tr("toss")')
    before, outputs = save(deck, path), (tiny / "output/manifest.json").read_bytes()
    said = update(tiny, path, "--dry-run")
    assert "slide 1: coin (en, slides): out of date" in said
    assert (parts(path), (tiny / "output/manifest.json").read_bytes()) == (before, outputs)


def test_a_picture_is_drawn_for_its_place(tiny: Path, tmp_path: Path) -> None:
    path, deck, picture = tmp_path / "talk.pptx", Presentation(), drawn(tiny)
    deck.slide_width = Inches(13.333)
    shapes = [place(blank(deck), picture, *wanted) for wanted in ((10, 5), (4, 4), (13.333, 7.5))]
    shapes[1].crop_left, shapes[1].crop_bottom = 0.5, 0.0
    places = [(s.left, s.top, s.width, s.height, s.crop_left) for s in shapes]
    before = save(deck, path)
    update(tiny, path)
    wide, cropped, whole = pictures(path)
    assert size(wide) == (1440, 720)
    assert size(cropped)[0] == 2 * size(cropped)[1]  # half of it is shown, as a square
    assert whole == picture
    shown = [s for slide in Presentation(str(path)).slides for s in slide.shapes]
    assert [(s.left, s.top, s.width, s.height, s.crop_left) for s in shown] == places
    xml = [name for name in changed(before, parts(path)) if not name.startswith("ppt/media/figgen-")]
    assert sorted(xml) == [
        "ppt/slides/_rels/slide1.xml.rels",
        "ppt/slides/_rels/slide2.xml.rels",
        "ppt/slides/slide1.xml",
        "ppt/slides/slide2.xml",
    ]
    same = re.compile(rb'r:embed="[^"]*"')
    assert same.sub(b"", before["ppt/slides/slide1.xml"]) == same.sub(
        b"", parts(path)["ppt/slides/slide1.xml"]
    )
    assert "0 updated" in update(tiny, path)


def test_a_group_scales_the_pictures_in_it(tiny: Path, tmp_path: Path) -> None:
    path, deck, picture = tmp_path / "talk.pptx", Presentation(), drawn(tiny)
    group = blank(deck).shapes.add_group_shape()
    group.shapes.add_picture(io.BytesIO(picture), 0, 0, Inches(13), Inches(6.5))
    group.width = Emu(group.width // 2)
    save(deck, path)
    update(tiny, path)
    [new] = [data for name, data in parts(path).items() if name.startswith("ppt/media/")]
    assert size(new)[0] == size(new)[1]


def solid(colour: str) -> Draft:
    def paint(slide: Any, _: bytes) -> None:
        slide.background.fill.solid()
        slide.background.fill.fore_color.rgb = RGBColor(*bytes.fromhex(colour))  # type: ignore[no-untyped-call]

    return paint


def themed(slide: Any, _: bytes) -> None:
    slide.background.fill.solid()
    slide.background.fill.fore_color.theme_color = MSO_THEME_COLOR.TEXT_1


def mastered(slide: Any, _: bytes) -> None:
    master = slide.slide_layout.slide_master
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = RGBColor(0x10, 0x20, 0x30)  # type: ignore[no-untyped-call]


def darkened(slide: Any, _: bytes) -> None:
    slide.background.fill.solid()
    slide.background.fill.fore_color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
    slide.background.fill.fore_color.brightness = -0.9


@pytest.mark.parametrize(
    ("paint", "preset"),
    [
        (solid("14171A"), "slides-dark"),
        (solid("FFF8E0"), "slides"),
        (themed, "slides-dark"),
        (mastered, "slides-dark"),
        (darkened, "slides-dark"),
        (lambda slide, _: None, "slides"),
    ],
    ids=["dark", "light", "the theme's text colour", "the master's", "the theme's white, darkened", "none"],
)
def test_a_picture_is_light_or_dark_as_its_slide_is(
    tiny: Path, tmp_path: Path, paint: Draft, preset: str
) -> None:
    path, deck, picture = tmp_path / "talk.pptx", Presentation(), drawn(tiny)
    slide = blank(deck)
    place(slide, picture)
    paint(slide, picture)
    save(deck, path)
    assert f"coin (en, {preset}): {'current' if preset == 'slides' else 'out of date'}" in update(
        tiny, path, "--dry-run"
    )


def test_a_picture_of_anybodys_is_named_by_its_alternative_text(tiny: Path, tmp_path: Path) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    buffer = io.BytesIO()
    Image.new("RGB", (160, 90), "red").save(buffer, "JPEG")
    photograph = buffer.getvalue()
    place(blank(deck), photograph)._element.nvPicPr.cNvPr.set("descr", "figgen:coin?language=sk")
    place(blank(deck), photograph)._element.nvPicPr.cNvPr.set("descr", "A holiday")
    save(deck, path)
    said = update(tiny, path)
    assert "slide 1: coin (sk, slides): updated" in said
    assert "1 picture of figgen's, 1 updated; 1 other" in said
    new, old = pictures(path)
    assert (mark(new).figure, mark(new).language, old) == ("coin", "sk", photograph)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("figgen:coyn", "slide 1: coyn: left alone: unknown figure 'coyn'; did you mean coin?"),
        ("figgen:coin?language=de", "coin: left alone: unknown language 'de'; did you mean en?"),
        ("figgen:coin?lecture=Optics", "left alone: of the lecture “Optics”; update it with that --lecture"),
        ("figgen:coin?frame=3", "left alone: frame 3 of a figure that has 1"),
    ],
)
def test_what_cannot_be_drawn_is_left_alone_and_told(
    tiny: Path, tmp_path: Path, text: str, told: str
) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    place(blank(deck), drawn(tiny))._element.nvPicPr.cNvPr.set("descr", text)
    before = save(deck, path)
    assert told in update(tiny, path)
    assert parts(path) == before


def test_a_picture_without_a_size_is_left_alone(tiny: Path, tmp_path: Path) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    place(blank(deck), drawn(tiny), 0, 0)
    save(deck, path)
    assert "left alone: it has no size; make it larger on its slide" in update(tiny, path)


def test_a_picture_with_an_svg_has_both_drawn_anew(tiny: Path, tmp_path: Path) -> None:
    path, deck, png = tmp_path / "talk.pptx", Presentation(), drawn(tiny)
    place(blank(deck), png)
    figgen("figures", "coin", "--preset", "slides", "--lang", "en", cwd=tiny)
    svg = (tiny / "output/slides/en/coin.svg").read_bytes()
    before = save(deck, path) | {"ppt/media/image2.svg": svg}
    extension = (
        b'<a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg='
        b'"http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="rId9"/></a:ext></a:extLst>'
    )
    slide, relations = "ppt/slides/slide1.xml", "ppt/slides/_rels/slide1.xml.rels"
    before[slide] = re.sub(rb"(<a:blip [^>]*)/>", rb"\1>" + extension + b"</a:blip>", before[slide])
    related = b'<Relationship Id="rId9" Type="%s/image" Target="../media/image2.svg"/></Relationships>'
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    before[relations] = before[relations].replace(b"</Relationships>", related % kind)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in before.items():
            archive.writestr(name, data)
    assert "0 updated" in update(tiny, path)
    edit(tiny / "experiments/chance/coin.py", 'xlabel=tr("toss")', 'xlabel=tr("heads")')
    assert "1 updated" in update(tiny, path)
    after = parts(path)
    assert changed(before, after) == {"ppt/media/image1.png", "ppt/media/image2.svg"}
    assert mark(after["ppt/media/image1.png"]) == mark(after["ppt/media/image2.svg"])


def test_check_says_which_pictures_in_a_deck_are_out_of_date(built: Path, tmp_path: Path) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    for figure in ("coin", "dice"):
        place(blank(deck), drawn(built, figure))
    save(deck, path)
    checked = figgen("check", "--deck", path, cwd=built)
    assert (checked.returncode, checked.stderr) == (0, "")
    solid("101010")(deck.slides[1], b"")
    save(deck, path)
    checked = figgen("check", "--deck", path, cwd=built)
    told = checked.stderr.replace("\n", " ")
    assert checked.returncode == 1
    assert f"{path}: slide 2: dice: is out of date; run figgen deck update {path}" in told
    assert "slide 1" not in told


def encrypted(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:900])


def without_a_slide(path: Path) -> None:
    kept = {name: data for name, data in parts(path).items() if name != "ppt/slides/slide1.xml"}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in kept.items():
            archive.writestr(name, data)


def no_archive(path: Path) -> None:
    path.write_text("My slides", encoding="utf-8")


def open_in_powerpoint(path: Path) -> None:
    path.with_name(f"~${path.name}").touch()


def open_in_libreoffice(path: Path) -> None:
    path.with_name(f".~lock.{path.name}#").touch()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (encrypted, "is encrypted, or older than its name says; save it as .pptx, without a password"),
        (cut_short, "is damaged: "),
        (without_a_slide, "is damaged: its part 'ppt/slides/slide1.xml' is not as it should be"),
        (no_archive, "is damaged: File is not a zip file"),
        (open_in_powerpoint, "is open in another program; close it there"),
        (open_in_libreoffice, "is open in another program; close it there"),
    ],
)
def test_a_deck_that_cannot_be_updated_is_refused_and_stays(
    tiny: Path, tmp_path: Path, spoil: Callable[[Path], None], told: str
) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    place(blank(deck), drawn(tiny))
    save(deck, path)
    spoil(path)
    before = path.read_bytes()
    assert told in update(tiny, path, code=1)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "told"),
    [("talk.ppt", "save it as .pptx"), ("talk.key", "slides are .pptx or .odp")],
)
def test_another_format_is_refused(tiny: Path, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert told in update(tiny, tmp_path / name, code=1)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything")
def test_a_read_only_deck_is_refused(tiny: Path, tmp_path: Path) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    place(blank(deck), drawn(tiny))
    save(deck, path)
    path.chmod(0o444)
    assert "is read-only; mend its rights, or copy it" in update(tiny, path, code=1)


def test_a_figure_that_fails_leaves_the_deck_as_it_is(tiny: Path, tmp_path: Path) -> None:
    path, deck = tmp_path / "talk.pptx", Presentation()
    place(blank(deck), drawn(tiny))
    before = save(deck, path)
    edit(tiny / "experiments/chance/coin.py", "axes = figure.subplots()", "axes = figure.nothing()")
    assert "coin.py" in update(tiny, path, code=1)
    assert parts(path) == before


@pytest.fixture(scope="module")
def impress(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Convert slides with LibreOffice."""
    profile = tmp_path_factory.mktemp("profile")

    def convert(path: Path, suffix: str) -> Path:
        where = f"-env:UserInstallation={profile.as_uri()}"
        command = [
            "soffice",
            where,
            "--headless",
            "--convert-to",
            suffix,
            "--outdir",
            str(path.parent),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return path.with_suffix(f".{suffix}")

    return convert


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_a_deck_of_libreoffices_keeps_all_but_its_pictures(
    tiny: Path, tmp_path: Path, impress: Callable[[Path, str], Path]
) -> None:
    deck, picture = Presentation(), drawn(tiny)
    deck.slide_width = Inches(13.333)
    place(blank(deck), picture)
    dark = blank(deck)
    solid("101010")(dark, picture)
    place(dark, picture, 8, 4)
    save(deck, tmp_path / "talk.pptx")
    path = impress(tmp_path / "talk.pptx", "odp")
    before = parts(path)
    said = update(tiny, path)
    assert "slide 1: coin (en, slides): current slide 2: coin (en, slides-dark): updated" in said
    after = parts(path)
    [new] = after.keys() - before.keys()
    assert changed(before, after) == {new, "content.xml", "META-INF/manifest.xml"}
    assert (mark(after[new]).preset, size(after[new])) == ("slides-dark", (1440, 720))
    assert list(after)[0] == "mimetype"
    assert "0 updated" in update(tiny, path)
    again = impress(path, "pptx")
    assert [mark(data).preset for data in pictures(again)] == ["slides", "slides-dark"]
