"""Somebody's file of slides: a zip archive, read whole, and written beside its place and renamed."""

import io
import os
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from figgen.errors import FiggenError

_OLE = b"\xd0\xcf\x11\xe0"  # how files of PowerPoint begin that are older than 2007, or encrypted
_LOCKS = ("~${}", ".~lock.{}#")  # beside a file that PowerPoint or LibreOffice has open
_KINDS = (".pptx", ".odp")


@dataclass(frozen=True, slots=True)
class Package:
    """What is in a file of slides.

    Attributes:
        path: Where it lies.
        parts: The bytes of each part, by its name, in order.
        infos: What the archive says of each, such as its time.
    """

    path: Path
    parts: dict[str, bytes]
    infos: dict[str, zipfile.ZipInfo]


def read_package(path: Path) -> Package:
    """Read a file of slides.

    Raises:
        FiggenError: It is none, is encrypted, damaged, or cannot be read; with the remedy.
    """
    if path.suffix.lower() not in _KINDS:
        remedy = "save it as .pptx" if path.suffix.lower() == ".ppt" else "slides are .pptx or .odp"
        raise FiggenError(f"{path} is no deck that figgen knows: {remedy}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FiggenError(f"{path} cannot be read: {error.strerror}") from error
    if data.startswith(_OLE):
        raise FiggenError(
            f"{path} is encrypted, or older than its name says; save it as .pptx, without a password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = {info.filename: info for info in archive.infolist()}
            if any(info.flag_bits & 1 for info in infos.values()):
                raise FiggenError(f"{path} is encrypted; save it without a password")
            return Package(path, {name: archive.read(name) for name in infos}, infos)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise FiggenError(
            f"{path} is damaged: {error}; open it, save it again, or take a copy of before"
        ) from error


def refuse_if_in_use(path: Path) -> None:
    """Raise an error if a file of slides may not be written.

    Raises:
        FiggenError: It is open in PowerPoint or LibreOffice, or read-only.
    """
    for name in (lock.format(path.name) for lock in _LOCKS):
        if (path.parent / name).exists():
            raise FiggenError(
                f"{path} is open in another program; close it there (or delete {name}, if it is not)"
            )
    if not os.access(path, os.W_OK):
        raise FiggenError(f"{path} is read-only; mend its rights, or copy it")


def write_package(package: Package, parts: dict[str, bytes]) -> None:
    """Write other parts into a file of slides; what it was stays until that is done.

    Raises:
        FiggenError: The disk is full, or the folder may not be written into.
    """
    temporary = package.path.with_name(f".{package.path.name}.figgen-{os.getpid()}")
    try:
        with zipfile.ZipFile(temporary, "w") as archive:
            for name, data in parts.items():
                archive.writestr(_info(package, name), data)
        shutil.copymode(package.path, temporary)
        temporary.replace(package.path)
    except OSError as error:
        raise FiggenError(f"{package.path} cannot be written: {error.strerror}; it is as it was") from error
    finally:
        temporary.unlink(missing_ok=True)


def _info(package: Package, name: str) -> zipfile.ZipInfo:
    """Return what the archive says of a part: what it said before, or of a new picture what is usual."""
    before = package.infos.get(name)
    info = zipfile.ZipInfo(name, before.date_time if before else (1980, 1, 1, 0, 0, 0))
    if before:
        info.external_attr, info.create_system, info.comment = (
            before.external_attr,
            before.create_system,
            before.comment,
        )
    packed = before.compress_type if before else zipfile.ZIP_STORED
    info.compress_type = packed if packed == zipfile.ZIP_STORED else zipfile.ZIP_DEFLATED
    return info
