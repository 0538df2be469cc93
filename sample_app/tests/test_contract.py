"""The contract: whatever a client sends, the API responds as its document says."""

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis import checks

from app.main import app

CONFIG = schemathesis.Config.from_dict(
    {"phases": {"coverage": {"enabled": False}}, "generation": {"codec": "ascii"}}
)
api = schemathesis.openapi.from_asgi("/openapi.json", app, config=CONFIG)
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@api.include(path_regex="^/(posts|feed)").parametrize()
@settings(
    max_examples=3,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_each_response_is_one_of_the_document(
    case: schemathesis.Case, ada: TestClient
) -> None:
    case.call_and_validate(headers=dict(ada.headers), checks=CHECKS)
