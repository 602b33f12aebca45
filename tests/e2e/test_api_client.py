"""A Python client that a public generator writes from the served document, unmodified."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from urllib3 import PoolManager

from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from tests.e2e.platform import in_index, wait_for

BIN = ROOT / ".venv-client" / "bin"
PROGRAM = """
import json, os
from ingestion_client import AuthenticatedClient
from ingestion_client.api.default import source_a
from ingestion_client.models import Equipment, Refusal, Results, UpsertEquipment

client = AuthenticatedClient(
    base_url=os.environ["API_URL"],
    token=os.environ["API_KEY"],
    prefix="",
    auth_header_name="x-api-key",
)


def upsert(equipment_id):
    return UpsertEquipment(entity_name="EQUIPMENT", body=Equipment(equipment_id=equipment_id))


one = source_a.sync_detailed(client=client, body=upsert("by a client"))
assert one.status_code == 202, one
assert one.parsed.events[0].status == "accepted", one
assert isinstance(one.parsed, Results), one

two = source_a.sync_detailed(client=client, body=[upsert("by a client 1"), upsert("c#2")])
assert [event.status for event in two.parsed.events] == ["accepted", "rejected"], two

none = source_a.sync_detailed(client=client, body=upsert("c#1"))
assert isinstance(none.parsed, Refusal), none
assert none.status_code == 422, none
assert none.parsed.title == "Unprocessable Content", none
assert none.parsed.errors[0].field == "body.equipment_id", none
"""


def run(directory: Path, *command: str | Path, **variables: str) -> None:
    """Run a program of the client's environment, and require that it succeeds."""
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", **variables}
    result = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture
def document(deployment: Deployment, tmp_path: Path) -> Path:
    file = tmp_path / "openapi.json"
    file.write_bytes(PoolManager().request("GET", f"{deployment.api_url}/openapi.json").data)
    return file


def test_a_generated_client_posts_events_and_reads_errors(
    deployment: Deployment, document: Path
) -> None:
    directory = document.parent
    options = (
        "--path",
        document,
        "--meta",
        "none",
        "--output-path",
        directory / "ingestion_client",
    )

    run(directory, BIN / "openapi-python-client", "generate", *options)
    url = json.loads(document.read_text())["servers"][0]["url"]
    key = deployment.api_keys["sourceA"]
    run(directory, BIN / "python", "-c", PROGRAM, API_URL=url, API_KEY=key)

    assert url == deployment.api_url
    sent = {"EQUIPMENT#by a client", "EQUIPMENT#by a client 1"}
    wait_for(lambda: sent <= in_index(deployment, "EQUIPMENT").keys())
