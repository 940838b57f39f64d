"""Are slides whole, do they show every figure, and what do they say, in which language? See ECMA-376."""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
_NOTES = "/notesSlide"  # how the type of the relation to a slide's notes ends
_LARGEST = 2**30  # bytes of all parts; a crafted archive could give terabytes
_OWN = "own/"  # how the names of the author's own pictures begin
_TITLES = {"title", "ctrTitle"}


@dataclass(slots=True)
class Contents:
    """What is in the slides.

    Attributes:
        language: The language that they say they are in, or an empty text.
        untitled: The numbers, from 1, of the slides without a title.
        pictures: The pictures called so, with the bytes of each.
        silent: The names of pictures without an alternative text.
        text: What they and their notes say.
    """

    language: str = ""
    untitled: list[int] = field(default_factory=list)
    pictures: dict[str, list[bytes]] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    text: str = ""


def faults(contents: Contents, figures: Mapping[str, bytes | None]) -> Iterator[str]:
    """Say what is wrong with slides.

    Args:
        contents: What is in them.
        figures: The PNG file of each figure that they should show, by name; None if that is damaged itself.
    """
    for number in contents.untitled:
        yield f"has no title on slide {number}"
    for name in contents.silent:
        yield f"has no alternative text of the figure {name!r}"
    for name, png in figures.items():
        shown = contents.pictures.get(name, [])
        if len(shown) != 1:
            yield f"shows the figure {name!r} on {len(shown)} slides, not on one"
        elif png is not None and shown != [png]:
            yield f"shows another picture as the figure {name!r}"
    strangers = (name for name in contents.pictures if not name.startswith(_OWN))
    for name in sorted(set(strangers) - figures.keys()):
        yield f"shows {name!r}, which is no figure of the lecture"


def read(data: bytes) -> Contents:
    """Read slides.

    Raises:
        ValueError: They are not whole.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > _LARGEST:
                raise ValueError("its parts are too large")
            if damaged := package.testzip():
                raise ValueError(f"{damaged} is damaged")
            return _read(package)
    except (zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise ValueError(str(error)) from error
    except KeyError as error:
        raise ValueError(error.args[0]) from error  # as zipfile says it


def _read(package: zipfile.ZipFile) -> Contents:
    contents, texts = Contents(), []
    contents.language = ElementTree.fromstring(package.read("docProps/core.xml")).findtext(_LANGUAGE, "")
    main = "ppt/presentation.xml"
    targets = _relations(package, main)
    listed = ElementTree.fromstring(package.read(main)).iter(f"{_P}sldId")
    for number, item in enumerate(listed, start=1):
        path = targets[item.attrib[f"{_R}id"]][1]
        slide, relations = ElementTree.fromstring(package.read(path)), _relations(package, path)
        notes = [target for kind, target in relations.values() if kind.endswith(_NOTES)]
        texts += [_text(slide), *(_text(ElementTree.fromstring(package.read(target))) for target in notes)]
        if not _title(slide):
            contents.untitled.append(number)
        for picture in slide.iter(f"{_P}pic"):
            about = picture.find(f"{_P}nvPicPr/{_P}cNvPr")
            blip = picture.find(f"{_P}blipFill/{_A}blip")
            if about is None or blip is None:
                raise ValueError(f"slide {number} has a picture without a name or a file")
            name, file = about.get("name", ""), relations[blip.attrib[f"{_R}embed"]][1]
            contents.pictures.setdefault(name, []).append(package.read(file))
            if not about.get("descr"):
                contents.silent.append(name)
    contents.text = "\n".join(texts)
    return contents


def _relations(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return type and target of each relation that a part has, by its name."""
    folder, name = posixpath.split(part)
    listed = ElementTree.fromstring(package.read(f"{folder}/_rels/{name}.rels"))
    found = {}
    for item in listed:
        target = posixpath.normpath(posixpath.join(folder, item.attrib["Target"]))
        found[item.attrib["Id"]] = item.attrib["Type"], target
    return found


def _title(slide: Element) -> str:
    for shape in slide.iter(f"{_P}sp"):
        place = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
        if place is not None and place.get("type") in _TITLES:
            return _text(shape).strip()
    return ""


def _text(element: Element) -> str:
    """Return the text of an element, a line for each paragraph."""
    paragraphs = element.iter(f"{_A}p")
    return "\n".join("".join(run.text or "" for run in p.iter(f"{_A}t")) for p in paragraphs)
