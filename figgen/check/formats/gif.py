"""Is a GIF whole, and does it move? Told from its blocks (GIF89a, 17 to 27)."""

from collections.abc import Iterator

_SIGNATURE = b"GIF89a"
_SCREEN = 13  # bytes of the signature and of the logical screen descriptor
_PICTURE, _EXTENSION, _TRAILER = b",", b"!", b";"


def faults(data: bytes) -> Iterator[str]:
    """Say what is wrong with a picture that should move."""
    try:
        pictures = _count_pictures(data)
    except (ValueError, LookupError) as error:
        yield f"is no whole GIF: {error}"
        return
    if pictures < 2:
        yield f"does not move: it has {pictures} frame"


def _count_pictures(data: bytes) -> int:
    """Walk over the blocks to the trailer; return how many of them are pictures."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("no signature")
    place, pictures = _SCREEN + _colours(data[10]), 0
    while (kind := data[place : place + 1]) != _TRAILER:
        if kind == _PICTURE:
            pictures += 1
            place += 10 + _colours(data[place + 9]) + 1  # and a byte for the size of the codes
        elif kind == _EXTENSION:
            place += 2
        else:
            raise ValueError(f"no block begins with {kind!r}" if kind else "no end")
        place = _skip_pieces(data, place)
    return pictures


def _colours(flags: int) -> int:
    """Return how many bytes a table of colours takes, from the flags that announce it."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_pieces(data: bytes, place: int) -> int:
    """Return the place after the pieces at `place`, each with its length before it; the last one is empty."""
    while data[place]:
        place += 1 + data[place]
    return place + 1
