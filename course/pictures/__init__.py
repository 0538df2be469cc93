"""Pictures drawn from live objects: `draw.routes(app)`. Each module is loaded at its first use."""

from course.lazy_names import lazily

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
__getattr__, __dir__ = lazily(globals(), _PICTURES, "there is no picture {name!r}; there are {names}")
