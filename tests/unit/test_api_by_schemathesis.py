"""Whatever the OpenAPI document allows, and much that it does not, is answered without a fault of ours."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from support.desk import Desk, open_desk

from console.web.app import create_app

EXAMPLES = 12  # of each operation
AWAY = 503  # an interface that is not set up, or a record that is away, is said and no fault


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("house"), hook_secret="s") as opened:
        yield opened


def test_no_documented_operation_can_be_asked_into_a_fault_of_ours(desk: Desk) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(desk.house))
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
        def ask(case: Case) -> None:
            answer = case.call()
            asked.append(answer.status_code)
            assert answer.status_code < 500 or answer.status_code == AWAY, (case.method, case.path)

        ask()
    assert len(asked) > 100
    assert any(status < 300 for status in asked)
