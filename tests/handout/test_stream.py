"""Pictures that are much alike take little room, and come out as they were."""

import base64
import zlib

from hypothesis import given
from hypothesis import strategies as st

from figgen.handout.stream import pack_alike, unpack_alike

ELEMENTS = st.lists(st.sampled_from(["<a>", "<b x='1'/>", "text", "\n", "</a>", "ž > 1"])).map("".join)


@given(ELEMENTS, st.lists(ELEMENTS, max_size=3))
def test_what_is_unpacked_is_what_was_packed(first: str, others: list[str]) -> None:
    assert unpack_alike(first, pack_alike(first, others)) == others


def test_what_pictures_have_in_common_is_packed_once() -> None:
    path = "".join(f"<path d='M{number * 7919 % 1000}'/>" for number in range(5000))
    packed = base64.b64decode(pack_alike(f"<svg>{path}</svg>", [f"<svg>{path}<g/></svg>"] * 2))
    assert len(packed) < 60 < len(zlib.compress(path.encode(), 9))
