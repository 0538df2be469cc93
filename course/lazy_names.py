"""Names of a package that are loaded when they are first used (PEP 562).

lazy-loader was considered: it does this and more, and these few lines need no further package.
"""

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Any

Hooks = tuple[Callable[[str], Any], Callable[[], list[str]]]


def lazily(
    package: dict[str, Any], homes: Mapping[str, str], unknown: str, modules: Collection[str] = ()
) -> Hooks:
    """A package's `__getattr__` and `__dir__`.

    `package`: its globals(). `homes`: each name, and the module that has it, with its full name or below the
    package; no module may be called like its function, for importing it would put the module in the
    function's place. `unknown`: what AttributeError says, with {name} and {names}. `modules`: those of the
    names that mean the module itself.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(unknown.format(name=name, names=", ".join(homes)))
        home = homes[name] if "." in homes[name] else f"{package['__name__']}.{homes[name]}"
        module = import_module(home)
        package[name] = module if name in modules else getattr(module, name)
        return package[name]

    return load, lambda: sorted(homes)
