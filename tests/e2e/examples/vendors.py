"""Posts the samples of the examples as their vendors do, with their credentials."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from urllib3 import BaseHTTPResponse

from entities.declared.yaml_file import read_yaml
from ingestion.cli.environment import Deployment
from ingestion.cli.mapping.samples import Sample
from tests.e2e.platform import post
from tests.integration.senders.signers import SIGNERS
from tests.support.examples import EXAMPLES, FOLDER

PASSWORD = "sap:a password of the sender"
ENTRIES: dict[str, dict[str, Any]] = {
    name: read_yaml(FOLDER / name / "source.yaml")[name] for name in EXAMPLES
}
SECRETS = {
    name: PASSWORD if entry["auth"] == "basic" else SIGNERS[entry["signature"]].secrets[0]
    for name, entry in ENTRIES.items()
    if entry["auth"] != "api_key"
}
_TYPES = {".json": "application/json", ".form": "application/x-www-form-urlencoded"}


def samples(*suffixes: str) -> list[Sample]:
    """Return the samples of all examples whose names have one of these endings."""
    files = (file for suffix in suffixes for file in sorted(FOLDER.glob(f"*/samples/*{suffix}")))
    return [Sample(file.parents[1].name, file, file.name) for file in files]


POSTED = samples(*_TYPES)


def post_sample(deployment: Deployment, sample: Sample) -> BaseHTTPResponse:
    """Post a sample with its headers and the credential of its source."""
    body, source = sample.file.read_bytes(), sample.source
    headers = {"Content-Type": _TYPES[Path(sample.file).suffix], **sample.headers}
    credential = _credential(deployment, source, body.decode())
    return post(deployment, source, body, key=None, headers={**headers, **credential})


def _credential(deployment: Deployment, source: str, body: str) -> Mapping[str, str]:
    match ENTRIES[source]:
        case {"auth": "api_key"}:
            return {"x-api-key": deployment.api_keys[source]}
        case {"auth": "basic"}:
            return {"Authorization": f"Basic {b64encode(PASSWORD.encode()).decode()}"}
        case {"signature": preset}:
            return SIGNERS[preset].headers(body)
    raise ValueError(f"no credential for {source}")
