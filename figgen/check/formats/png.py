"""Is a PNG whole? Signature, checksums, and as many pixels as the header says (PNG specification, 5, 9)."""

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type


def faults(data: bytes) -> Iterator[str]:
    """Say what is wrong with a picture that is not interlaced."""
    try:
        chunks = list(_chunks(data))
        header = chunks[0][1]
        width, height, depth, colour = struct.unpack(">IIBB", header[:10])
        row = 1 + (width * _CHANNELS[colour] * depth + 7) // 8  # a byte for the filter
        packed = b"".join(content for kind, content in chunks if kind == b"IDAT")
        pixels = zlib.decompressobj().decompress(packed, height * row + 1)  # however much it would give
    except (ValueError, LookupError, struct.error, zlib.error) as error:
        yield f"is no whole PNG: {error}"
        return
    if len(pixels) != height * row:
        yield f"has not the pixels of {width} x {height}"


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each chunk."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("no signature")
    place, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, place)
        content = data[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, place + 8 + length)
        if zlib.crc32(kind + content) != checksum:
            raise ValueError(f"wrong checksum of {kind.decode('ascii', 'replace')}")
        yield kind, content
        place += 12 + length
