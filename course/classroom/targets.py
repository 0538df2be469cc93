"""For what a kit can be made: a platform and a Python, and which packages of the lock they need.

pip evaluates a lock's markers for the Python that runs it, also where `--platform` names another, so the
markers are evaluated here, by packaging.
"""

import platform
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from course.base import paths
from course.base.errors import CourseError

_PATCHES = range(40)  # of one Python: a marker may tell 3.11.2 from 3.11.5, and a kit serves both


def _manylinux(machine: str) -> tuple[str, ...]:
    """The tags of wheels for glibc 2.17 to 2.36 (Debian 12), the oldest first: they run on most systems."""
    versions = [17, *range(16, 4, -1), *range(18, 37)]
    numbered = [f"manylinux_2_{version}_{machine}" for version in versions]
    return (*numbered, *(f"manylinux{year}_{machine}" for year in ("2014", "2010", "1")), f"linux_{machine}")


@dataclass(frozen=True)
class Platform:
    """A system that the course runs on: its name, the tags of its wheels, and what markers say of it."""

    name: str
    title: str
    tags: tuple[str, ...]
    os_name: str
    sys_platform: str
    system: str
    machine: str


# A tag of macOS stands for all older ones too.
_MACS = tuple(f"macosx_{version}_0_arm64" for version in (11, 12, 13, 14))
PLATFORMS = {
    each.name: each
    for each in (
        Platform(
            "linux-x86_64", "Linux on x86-64", _manylinux("x86_64"), "posix", "linux", "Linux", "x86_64"
        ),
        Platform(
            "linux-aarch64", "Linux on aarch64", _manylinux("aarch64"), "posix", "linux", "Linux", "aarch64"
        ),
        Platform("macos-arm64", "macOS on Apple silicon", _MACS, "posix", "darwin", "Darwin", "arm64"),
        Platform("windows", "Windows on x86-64", ("win_amd64",), "nt", "win32", "Windows", "AMD64"),
    )
}


@dataclass(frozen=True)
class Target:
    """One platform with one Python, such as "3.11"."""

    platform: Platform
    python: str

    @property
    def title(self) -> str:
        """As a sentence names it."""
        return f"{self.platform.title} with Python {self.python}"


@dataclass(frozen=True)
class Pin:
    """One package of a lock: its name, and its line with version and hashes and without a marker."""

    name: str
    line: str


def chosen(platforms: Iterable[str] = (), pythons: Iterable[str] = ()) -> list[Target]:
    """Every named platform with every named Python, each once; without names those of this machine.

    Raises CourseError for a name that is none, and where this machine has no name here.
    """
    known = {"platform": list(PLATFORMS), "Python": _pythons()}
    for kind, names in (("platform", platforms), ("Python", pythons)):
        for name in names:
            if name not in known[kind]:
                raise CourseError(f'There is no {kind} "{name}" for a kit. Choose {_or(known[kind])}.')
    systems = [PLATFORMS[name] for name in dict.fromkeys(platforms)] or [_this_platform()]
    versions = list(dict.fromkeys(pythons)) or ["{}.{}".format(*sys.version_info)]
    return [Target(system, version) for system in systems for version in versions]


def _or(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


@cache
def _pythons() -> list[str]:
    """The Pythons that the course runs on, as pyproject.toml says."""
    from packaging.specifiers import SpecifierSet

    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])
    return [f"3.{minor}" for minor in range(8, 40) if f"3.{minor}" in allowed]


def _this_platform() -> Platform:
    for each in PLATFORMS.values():
        if (each.sys_platform, each.machine.lower()) == (sys.platform, platform.machine().lower()):
            return each
    raise CourseError(
        f"A kit for this computer ({platform.system()} {platform.machine()}) cannot be made: kits are made "
        f"for other kinds. Name the kind of the room's computers: --platform {_or(list(PLATFORMS))}."
    )


def needed(lock: str, target: Target) -> list[list[Pin]]:
    """The pins of a lock's text that this target needs, in rounds: no round has a name twice.

    A name has two versions where patch releases of one Python need different ones.
    """
    from packaging.requirements import Requirement

    rounds: list[dict[str, Pin]] = []
    for line in lock.replace("\\\n", " ").splitlines():
        text, has_hash, hashes = line.partition("--hash")
        if not has_hash or text.lstrip().startswith("#"):
            continue
        requirement = Requirement(text.strip())
        if requirement.marker and not any(map(requirement.marker.evaluate, _environments(target))):
            continue
        pin = Pin(requirement.name, f"{requirement.name}{requirement.specifier} {has_hash}{hashes}")
        place = next((each for each in rounds if pin.name not in each), None)
        if place is None:
            rounds.append(place := {})
        place[pin.name] = pin
    return [list(each.values()) for each in rounds]


def _environments(target: Target) -> Iterable[dict[str, str]]:
    system = target.platform
    for patch in _PATCHES:
        yield {
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "os_name": system.os_name,
            "sys_platform": system.sys_platform,
            "platform_system": system.system,
            "platform_machine": system.machine,
            "python_version": target.python,
            "python_full_version": f"{target.python}.{patch}",
            "implementation_version": f"{target.python}.{patch}",
        }
