"""Say how many tests each room of tests/ ran, from pytest's JUnit XML; a room that ran none is an error.

Usage: python .ci/rooms.py REPORT, in the root of the repository.
"""

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

TOP = "(top level)"


def main(report: str) -> int:
    """Print a line for each room that has test files, and return the exit code."""
    rooms = {room_of(path.with_suffix("").parts) for path in Path("tests").rglob("test_*.py")}
    ran, skipped = Counter[str](), Counter[str]()
    for case in ET.parse(report).iter("testcase"):
        counter = ran if case.find("skipped") is None else skipped
        counter[room_of(case.get("classname", "").split("."))] += 1
    for room in sorted(rooms | ran.keys()):
        print(f"{ran[room]:6} tests ran in {room}" + f", {skipped[room]} were skipped" * (skipped[room] > 0))
    print(f"{ran.total():6} tests ran in all")
    empty = sorted(room for room in rooms if ran[room] == 0)
    if empty:
        print(f"no test ran in {', '.join(empty)}", file=sys.stderr)
    return 1 if empty else 0


def room_of(parts: Sequence[str]) -> str:
    """Return the room of a test file, such as `tests/engine`, from the parts of its path or module's name."""
    return TOP if parts[1].startswith("test_") else f"tests/{parts[1]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
