"""One request across the signals, and its trace as bars."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from course import draw
from course.base.errors import CourseError


@pytest.fixture
def ended():
    """The spans of one request, and then those of another one."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("GET /teas"):
        with tracer.start_as_current_span("SELECT") as inner:
            inner.set_attribute("db.query.text", "SELECT id, name\nFROM teas WHERE <green>")
        with tracer.start_as_current_span("UPDATE") as inner:
            inner.set_status(StatusCode.ERROR)
    with tracer.start_as_current_span("GET /cups"):
        pass
    return exporter.get_finished_spans()


def test_spans_stand_below_what_they_are_part_of(ended):
    drawn = draw.spans(ended[:3])
    assert repr(drawn).splitlines()[:3] == ["GET /teas", "  SELECT  FROM teas WHERE <green>", "  UPDATE  ✗"]
    assert "ms" not in repr(drawn) and drawn.html.count(" ms<") == 3
    assert "&lt;green&gt;" in drawn.html
    assert set(drawn._repr_mimebundle_()) >= {"text/plain", "text/html"}


def test_spans_of_two_requests_or_of_none_are_refused(ended):
    for wrong in (ended, []):
        with pytest.raises(CourseError, match="one trace"):
            draw.spans(wrong)


def test_who_has_the_id_is_told():
    said = {
        "log": ["id tea-1"],
        "metric": ['requests{route="/teas"} 1'],
        "SQL": [f"tea-1 {n}" for n in range(5)],
    }
    picture = draw.signals("tea-1", said)
    assert picture.mermaid.count('==>|"id"|') == 2 and picture.mermaid.count("-.->") == 1
    assert "and 2 more" in picture.text and "metric  no" in picture.text
    with pytest.raises(CourseError, match="nothing to draw"):
        draw.signals("tea-1", {})
