from hypothesis import given
from hypothesis import strategies as st

from figgen.engine.key import difference, key_digest, versions

KEYS = st.dictionaries(st.text(), st.text())


@given(KEYS, KEYS)
def test_equal_keys_and_no_others_have_equal_digests_and_no_difference(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert (key_digest(one) == key_digest(other)) == (one == other)
    assert (difference(one, other) == "") == (one == other)


def test_a_difference_names_what_changed() -> None:
    old = {"seed": "0", "a.py: f": "#1", "gone": "1"}
    assert difference(old, {"seed": "1", "a.py: f": "#2", "new": "x"}) == (
        "seed was 0, a.py: f changed, new is new and 1 more"
    )
    assert (
        difference({"result of x": "#1"}, {"result of x": "#2"}, {"result of x": "seed was 0"})
        == "seed was 0"
    )


def test_versions_are_part_of_a_key_by_name() -> None:
    assert versions("numpy").keys() == {"Python", "numpy"}
