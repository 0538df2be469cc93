"""The services of a compose file, and who waits for whom."""

from collections.abc import Mapping
from typing import Any

from course.base.errors import CourseError
from course.draw.mermaid import BOLD, ROUND, Flowchart, Picture, box, label

_WAITS = {
    "service_started": "has started",
    "service_healthy": "is healthy",
    "service_completed_successfully": "has ended well",
}


def services(compose: Mapping[str, Any]) -> Picture:
    """Who waits for whom: an arrow leads from a service to one that starts after it, and says when.

    `compose`: the file as data, such as `yaml.safe_load(text)`. Bold: a port of it is open outside.
    Raises CourseError when it has no services, or one waits for a service that is not there.
    """
    found = compose.get("services") or {}
    if not found:
        raise CourseError("There are no services to draw: a compose file has a mapping named `services`.")
    names = {name: f"s{number}" for number, name in enumerate(found)}
    chart = Flowchart("TB", "The services, and who waits for whom", nodeSpacing=28, rankSpacing=70, padding=8)
    plain = []
    for name, service in found.items():
        ports = [_outside(each) for each in service.get("ports", ())]
        lines = [name, *(f"port {each}" for each in ports)]
        chart.add(box(names[name], *lines, shape=ROUND, style="open" if ports else ""))
        waits = _waits(name, service, names)
        said = [f"{other} {_WAITS.get(when, when)}" for other, when in waits.items()]
        plain.append(
            f"{' · '.join(lines)}: {'waits until ' + ', '.join(said) if said else 'waits for nobody'}"
        )
    for name, service in found.items():
        for other, when in _waits(name, service, names).items():
            chart.add(names[other], f"-->|{label(_WAITS.get(when, when))}|", names[name])
    chart.styles(open=BOLD)
    return Picture(str(chart), "\n".join(plain))


def _waits(name: str, service: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """For each service that this one waits for, the condition; a list means that it has started."""
    given = service.get("depends_on") or {}
    if not isinstance(given, Mapping):
        given = {other: {} for other in given}
    if strange := [other for other in given if other not in known]:
        raise CourseError(f"{name} waits for {strange[0]}, and the file has no such service.")
    return {other: (about or {}).get("condition", "service_started") for other, about in given.items()}


def _outside(port: object) -> str:
    """A port as it is reached from outside, of the short form "HOST:CONTAINER" or the long one."""
    if isinstance(port, Mapping):
        return str(port.get("published", port.get("target", "")))
    text = str(port).partition("/")[0]  # without "/tcp"
    return text.rpartition(":")[0] or text
