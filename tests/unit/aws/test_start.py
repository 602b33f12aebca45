import gc

import pytest

from ingestion.aws.start import build_at_start


def test_the_runtime_is_built_during_initialization_in_lambda_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[str] = []

    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    build_at_start(lambda: built.append("elsewhere"))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "api")
    try:
        build_at_start(lambda: built.append("in Lambda"))
    finally:
        gc.unfreeze()

    assert built == ["in Lambda"]
