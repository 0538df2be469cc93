"""The fields of `play.loop`."""

from typing import Any

import ipywidgets

from course.play.buttons import clicked


class Panel:
    """A field for the clients, a choice of endpoint and of work, and the lanes."""

    def __init__(self, play: Any) -> None:
        """`play`: the Rush that the fields change; it imports this module, not the reverse."""
        self._play = play
        self._fields = {
            "clients": ipywidgets.BoundedIntText(description="clients", min=1, max=100, value=play.clients),
            "endpoint": ipywidgets.Dropdown(
                description="endpoint", options=play.endpoints, value=play.endpoint
            ),
            "work": ipywidgets.Dropdown(description="work", options=play.kinds, value=play.work),
        }
        self._said, self._lanes = ipywidgets.HTML(), ipywidgets.HTML()
        for name, field in self._fields.items():
            field.observe(lambda change, name=name: self._changed(name, change["new"]), names="value")
        self.box = ipywidgets.VBox([ipywidgets.HBox([*self._fields.values()]), self._said, self._lanes])
        self.refresh()

    def refresh(self) -> None:
        """Show how things stand."""
        for name, field in self._fields.items():
            if field.value != getattr(self._play, name):
                field.value = getattr(self._play, name)
        self._lanes.value = self._play.picture().html

    def _changed(self, name: str, value: Any) -> None:
        if value != getattr(self._play, name):
            clicked(self._said, lambda: self._play.set(**{name: value}))(None)
            for each, field in self._fields.items():  # what was refused goes back
                field.value = getattr(self._play, each)
