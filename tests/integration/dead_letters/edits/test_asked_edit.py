"""`ingest dlq edit` asks in a terminal before it edits a selection."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import See
from tests.integration.dead_letters.edits.test_edit_selection import EDIT
from tests.integration.dead_letters.examples import dead_letter, leases


@pytest.mark.parametrize(
    ("typed", "code", "left"),
    [("y\n", 0, ["works", "works"]), ("n\n", 1, ["lease", "lease"])],
    ids=["yes", "no"],
)
@pytest.mark.usefixtures("ingest")
def test_a_selection_is_edited_only_after_a_yes(
    cloud: Cloud, see: See, typed: str, code: int, left: list[str]
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    shown = see("dlq", *EDIT, typed=typed)

    assert shown.exit_code == code, shown.text
    assert "Edit 2?" in shown.text
    bodies = [json.loads(body) for body, _, _ in cloud.dead_letters()]
    assert [body["data"]["contract_type"] for body in bodies] == left
