"""An error that a person can cause is one message without a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import NoCredentialsError

from infra.tools.errors import SetupError
from infra.tools.run import run_tool
from ingestion.cli.catalog_file import BadCatalog
from ingestion.cli.environment import load_catalog
from tests.support.added_entities import added

UNANNOTATED = """
from typing import ClassVar
from entities.base import Entity
from entities.fields import EntityId


class Pump(Entity):
    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId
    size = 5
"""


def fail(error: BaseException) -> None:
    raise error


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (SetupError("Set PORT."), "Set PORT."),
        (BadCatalog("sources.yaml: no sources"), "sources.yaml: no sources"),
        (
            NoCredentialsError(),
            "Unable to locate credentials: log in again, such as with `aws sso login`, or set"
            " AWS_PROFILE",
        ),
        (PermissionError(13, "Permission denied", "/x/.stack"), "Permission denied: /x/.stack"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (
            subprocess.CalledProcessError(3, ["python3"]),
            "The command python3 failed with exit code 3.",
        ),
    ],
)
def test_an_expected_error_is_one_message(
    error: Exception, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        run_tool(lambda: fail(error))

    assert capsys.readouterr().err == f"{message}\n"


def test_ctrl_c_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="130"):
        run_tool(interrupt)

    assert capsys.readouterr().err == "Stopped. Run the same command again to continue.\n"


@pytest.mark.parametrize("taken", [".stack", ".stack/local"])
def test_a_folder_that_cannot_be_created_is_named(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).touch()
    script = (
        "import sys; from pathlib import Path; from functools import partial;"
        "from infra.tools.run import run_tool; from infra.tools.app import app;"
        "run_tool(partial(app, ['up'], obj=Path(sys.argv[1])))"
    )

    result = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert str(tmp_path / taken) in result.stderr


def test_a_model_that_pydantic_refuses_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "pump.py").write_text(UNANNOTATED)

    with added(tmp_path), pytest.raises(BadCatalog, match=r"entities/pump\.py:\d+: .*`size = 5`"):
        load_catalog()
