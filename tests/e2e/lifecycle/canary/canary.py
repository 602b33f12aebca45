"""Ways in which contents, keys and secrets pass through the platform."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from urllib3 import PoolManager

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.lifecycle.leaks import logs
from tests.e2e.operations.test_dlq import listed
from tests.e2e.platform import JSON, post, publish
from tests.e2e.test_files import HEADER
from tests.support.browser.waiting import wait_for
from tests.support.factories import contract, event, milestone, submission

CONTENT, ID, FIELD, QUERY, FILE_CONTENT, FILE_NAME, WRONG_KEY, IN_HEADER = CONTENTS = tuple(
    f"canary-{kind}-4711"
    for kind in ("content", "id", "field", "query", "row", "file-name", "wrong-key", "header")
)
# The API refuses each for another reason.
INVALID: list[Any] = [
    submission(contract(contract_type=CONTENT)),
    submission(contract(f"{ID}#")),
    submission(contract(**{FIELD: CONTENT})),
    submission(contract(contract_name=[CONTENT])),
    submission(CONTENT),
    submission(entity_name=CONTENT),
    submission(operation=CONTENT),
    submission(id=f"{ID}\n"),
    submission(time=f"2026 {CONTENT}"),
    submission(source=CONTENT),
    f'{{"id": {CONTENT}'.encode(),
]
# The worker dead-letters these.
DEAD_LETTERED = {
    "canary-lease": event(contract(contract_type=CONTENT), id="canary-lease").json_bytes.decode(),
    "canary-text": f"{CONTENT} is no event",
}
VALID_ROW = f"canary-row,{FILE_CONTENT},goods,active"
FILES = {
    f"{FILE_NAME}.csv": f"{HEADER}\n{VALID_ROW}\n{FILE_CONTENT},x,{FILE_CONTENT},active\n",
    f"{FILE_NAME}.zip": f"{FILE_CONTENT} is no zip",
    f"{FILE_NAME}.json": f'[{{"contract_id": {FILE_CONTENT}',
}


def has_logged(deployment: Deployment, function: str, words: str) -> bool:
    return any(name.endswith(function) and words in line for name, line in logs(deployment))


def ask(
    deployment: Deployment, method: str, path: str, key: str, body: Any = None, **headers: str
) -> int:
    response = PoolManager().request(
        method,
        f"{deployment.api_url}/{path}",
        body=None if body is None else json.dumps(body),
        headers={**JSON, "x-api-key": key, **headers},
    )
    return response.status


def post_all(deployment: Deployment) -> None:
    """Post valid events, invalid events, and events with a wrong credential."""
    header = {**JSON, "x-canary": IN_HEADER, "user-agent": IN_HEADER}
    valid = submission(contract("canary-1", contract_name=CONTENT))
    assert post(deployment, "b", valid, key="sourceB", headers=header).status == 202
    for body in INVALID:
        assert post(deployment, "b", body, key="sourceB").status in (400, 422)
    assert post(deployment, "b", valid, key="sourceA").status == 403
    assert ask(deployment, "POST", "b", WRONG_KEY, valid) == 403
    odd = {"Content-Type": IN_HEADER}
    assert post(deployment, "b", valid, key="sourceB", headers=odd).status == 415
    milestones = [
        {"entity_name": "MILESTONE", "body": milestone("canary-1", description=CONTENT)},
        {"entity_name": "MILESTONE", "body": {"milestone_id": "canary-1"}, "operation": "delete"},
    ]
    for body in milestones:  # The subscriber of the second is unreachable.
        assert post(deployment, "c", body, key="sourceC").status == 202


def read_and_correct(deployment: Deployment) -> None:
    """Send valid and invalid reads and corrections, with right and wrong keys."""
    reader, operator = deployment.reader_api_key, deployment.api_keys["operator"]
    contracts, one = "entities/CONTRACT", "entities/CONTRACT/canary-2"
    assert ask(deployment, "GET", f"{contracts}?source=sourceB&limit=1", reader) == 200
    assert ask(deployment, "GET", f"{contracts}?cursor={QUERY}", reader) == 400
    assert ask(deployment, "GET", f"{contracts}?changed_since={QUERY}", reader) == 400
    assert ask(deployment, "GET", f"{contracts}?{QUERY}=1", reader) == 400
    assert ask(deployment, "GET", f"entities/{ID}", reader) == 404
    assert ask(deployment, "GET", contracts, WRONG_KEY) == 403
    assert ask(deployment, "GET", contracts, deployment.api_keys["sourceB"]) == 403
    assert ask(deployment, "PUT", one, operator, contract("canary-2", contract_name=CONTENT)) == 202
    assert ask(deployment, "PUT", one, operator, contract(ID)) == 422
    assert ask(deployment, "PUT", one, operator, {FIELD: CONTENT}) == 422
    assert ask(deployment, "PUT", one, reader, contract("canary-2")) == 403


def dead_letter_events(checkout: Checkout, deployment: Deployment) -> Iterator[str]:
    """Make the worker dead-letter events, process them, and yield what the command prints."""
    for name, body in DEAD_LETTERED.items():
        publish(deployment, body, name, source="sourceB")
    wait_for(lambda: "canary-lease" in listed(checkout))
    edit = ("edit", "canary-lease", "--set", "data.contract_type=works")
    edited = f'data.contract_type: "{CONTENT}" →'  # An edit shows the field that it changes.
    for command in (["list"], ["redrive"], edit, ["redrive", "--id", "canary-lease"]):
        result = ingest_here(checkout, "dlq", *command)
        yield (result.stdout + result.stderr).replace(edited, "the field before the edit:")
    result = ingest_here(checkout, "dlq", "drop", "--reason", "invalid_event", "--yes")
    yield result.stdout + result.stderr


def upload_files(checkout: Checkout, deployment: Deployment, folder: Path) -> Iterator[str]:
    """Upload valid and invalid files, drop one in the bucket, and yield what the command prints."""
    for name, content in FILES.items():
        (folder / name).write_text(content)
        result = ingest_here(
            checkout, "upload", str(folder / name), "--source", "sourceB", "--follow"
        )
        assert result.returncode == 4, result.stderr
        yield (result.stdout + result.stderr).replace(FILE_NAME, "the name that was given")
    deployment.client("s3").put_object(
        Bucket=deployment.bucket_name, Key=f"uploads/nobody/{FILE_NAME}.csv", Body=FILE_CONTENT
    )


def send_from_the_command(checkout: Checkout) -> str:
    """Return what `ingest send` prints about refused events."""
    text = "\n".join(json.dumps(invalid) for invalid in INVALID if not isinstance(invalid, bytes))
    result = ingest_here(checkout, "send", "-", "--source", "sourceB", stdin=f"{text}\n{CONTENT}\n")
    assert result.returncode == 4, result.stderr
    return (result.stdout + result.stderr).replace(FIELD, "the field that was given")
