"""Pictures drawn from live objects: `draw.routes(app)`. Each module is loaded at its first use."""

from importlib import import_module
from typing import Any

# No module is called like its function: importing it would put the module in the function's place.
_PICTURES = {
    "exchange": "wire",
    "routes": "routing",
    "ways_in": "inputs",
    "models": "hierarchy",
    "crud_life": "crud",
    "lifecycle": "request_life",
    "schema": "tables",
    "statements": "received",
    "sessions": "connections",
    "dependencies": "dependency_tree",
    "path": "request_path",
    "life": "lives",
    "states": "object_states",
    "pool": "pool_places",
    "join": "joining",
    "plan": "plan_tree",
    "curve": "curves",
    "imports": "module_imports",
    "timeline": "side_by_side",
}
__all__ = list(_PICTURES)


def __getattr__(name: str) -> Any:
    """The function that draws this picture (PEP 562)."""
    if name not in _PICTURES:
        raise AttributeError(f"there is no picture {name!r}; there are {', '.join(_PICTURES)}")
    drawing = getattr(import_module(f"{__name__}.{_PICTURES[name]}"), name)
    globals()[name] = drawing
    return drawing


def __dir__() -> list[str]:
    return sorted(__all__)
