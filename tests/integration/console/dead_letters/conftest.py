from collections.abc import Callable

import pytest

from ingestion.cli.console.runtime import Runtime
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import Json

Refuse = Callable[[str, str], None]


@pytest.fixture
def refuse(runtime: Runtime) -> Refuse:
    """Return a function that makes AWS refuse an operation of the console."""

    def refuse_operation(service: str, operation: str) -> None:
        def answer(_: Json) -> Canned:
            return aws_error("AuthorizationError", 403, f"no {operation} for you")

        intercept(runtime.deployment.client(service), operation, answer)

    return refuse_operation
