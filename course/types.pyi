from .draw.mermaid import Picture as Picture
from .postboard.contract import Request as Request
from .postboard.import_graph import Imports as Imports
from .timelines.timeline import Timeline as Timeline
from .tracing.steps import Trace as Trace
