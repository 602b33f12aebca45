"""`ingest send` without a usable credential prints the reason and sends nothing."""

import json
from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.signing import PREFIX, PRINCIPAL, Signing, planned_signing
from tests.support.factories import catalog_document
from tests.support.terraform.planned import Plan


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"auth": "api_key"}, "no key or secret for `auth: api_key`", id="no key"),
        pytest.param({"auth": "hmac"}, "`ingest secrets add --source sourceB`", id="no secret"),
        pytest.param({"auth": "iam", "principals": [PRINCIPAL]}, "there are none", id="nobody"),
    ],
)
def test_without_a_credential_send_prints_what_to_do(
    cloud: Cloud,
    run: Ingest,
    checkout: Checkout,
    tmp_path: Path,
    changes: dict[str, object],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Signing(cloud).keep()
    file = checkout.outputs_file("local")
    outputs = json.loads(file.read_text()) | {
        "webhook_secret_names": {"sourceB": f"{PREFIX}sourceB"}
    }
    file.write_text(json.dumps(outputs))
    document = catalog_document()
    document["sources"]["sourceB"] |= changes
    checkout.catalog_file.write_text(json.dumps(document))
    if changes["auth"] == "iam":
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))

    result = run("send", "-", "--source", "sourceB", stdin="{}")

    assert result.exit_code == 2
    assert message in result.output
