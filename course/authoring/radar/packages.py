"""What is installed in an environment, what has moved, and which packages can only move together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COURSE = "backend-course"


@dataclass(frozen=True)
class Package:
    """One installed package: its name in the usual spelling, its version, and what it requires."""

    name: str
    version: str
    requires: tuple[str, ...] = ()

    @cached_property
    def requirements(self) -> list[Requirement]:
        """What it requires on this machine, without its extras."""
        all_of_it = map(Requirement, self.requires)
        return [each for each in all_of_it if each.marker is None or each.marker.evaluate({"extra": ""})]


@dataclass(frozen=True)
class Move:
    """A package with its version before and after; "" where it is not installed."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name} {self.before or '(none)'} → {self.after or '(none)'}"


Installed = Mapping[str, Package]


def installed(site: Path) -> dict[str, Package]:
    """The packages in a folder site-packages by name, the course itself left out."""
    found = {}
    for each in metadata.distributions(path=[str(site)]):
        name = str(canonicalize_name(each.metadata["Name"]))
        found[name] = Package(name, each.version, tuple(each.requires or ()))
    found.pop(COURSE, None)
    return found


def moves(before: Installed, after: Installed) -> list[Move]:
    """What differs between two environments, by name."""
    versions = [{name: each.version for name, each in side.items()} for side in (before, after)]
    names = sorted({*before, *after})
    found = [Move(name, versions[0].get(name, ""), versions[1].get(name, "")) for name in names]
    return [each for each in found if each.before != each.after]


class Ties:
    """Which packages have to move with others, by what each of them requires."""

    def __init__(self, before: Installed, after: Installed) -> None:
        self._before, self._after = before, after
        self._names = {each.name for each in moves(before, after)}

    def mixed(self, moved: Iterable[str]) -> dict[str, Package]:
        """The packages of the environment in which only some have moved."""
        chosen = set(moved)
        kept = {name: each for name, each in self._before.items() if name not in chosen}
        return kept | {name: self._after[name] for name in chosen if name in self._after}

    def closed(self, moved: frozenset[str]) -> frozenset[str]:
        """These packages, and those that have to move too, so that what each requires is there."""
        while more := self._torn(moved):
            moved |= more
        return moved

    def ordered(self) -> list[str]:
        """All that moved; first what can move alone, so that it is not blamed on what brings it along."""
        return sorted(self._names, key=lambda name: (len(self.closed(frozenset({name}))), name))

    def _torn(self, moved: frozenset[str]) -> frozenset[str]:
        """The other ends of the requirements that are broken between one that moved and one that did not."""
        state, found = self.mixed(moved), set()
        for name, each in state.items():
            for needed in each.requirements:
                other = str(canonicalize_name(needed.name))
                if (name in moved) != (other in moved) and not _met(needed, state.get(other)):
                    found |= {name, other}
        return frozenset(found & self._names) - moved


def _met(needed: Requirement, there: Package | None) -> bool:
    return there is not None and needed.specifier.contains(there.version, prereleases=True)
