"""Content keys: everything that the bytes of an output depend on, by name.

A key maps the name of each thing to its value, or to a hash of it where it is long. Two keys that are equal
stand for the same bytes; where they differ, the names say why. No time stamp and no folder is in a key.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from figgen.engine.files import sha256

Key = dict[str, str]

_SHOWN = 3  # changes that are named one by one


def key_digest(key: Key) -> str:
    """Hash a key into one name for what it stands for."""
    return sha256(repr(sorted(key.items())).encode())


def versions(*packages: str) -> Key:
    """Return the versions of Python and of some packages: `scipy`, or by a module, `sklearn`, `PIL`."""
    import platform

    return {"Python": platform.python_version()} | {name: _version(name) for name in packages}


@cache
def _version(package: str) -> str:
    """Return the version of a package, by its own name or that of a module in it."""
    from importlib.metadata import PackageNotFoundError, packages_distributions, version

    try:
        return version(package)
    except PackageNotFoundError:
        names = sorted(set(packages_distributions().get(package, ())))
        return ", ".join(f"{name} {version(name)}" for name in names) or "not installed"


def difference(old: Key, new: Key, because: Mapping[str, str] = MappingProxyType({})) -> str:
    """Say what has changed from one key to another, by name; empty if nothing has.

    Args:
        old: The key that something was made from.
        new: The key that it should be made from.
        because: What to say of a name instead of that it changed.
    """
    changes = list(_changes(old, new, because))
    more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    return ", ".join(changes[:_SHOWN]) + more


def _changes(old: Key, new: Key, because: Mapping[str, str]) -> Iterator[str]:
    for name, value in new.items():
        before = old.get(name)
        if before is None:
            yield f"{name} is new"
        elif before != value and because.get(name):
            yield because[name]
        elif before != value and not before.startswith("#"):
            yield f"{name} was {before}"
        elif before != value:
            yield f"{name} changed" if value.startswith("#") else f"{name} is {value}"
    for name in old.keys() - new.keys():
        yield f"{name} is gone"
