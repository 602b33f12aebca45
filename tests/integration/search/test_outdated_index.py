"""The indexer rebuilds an index that is new, or of other models than the deployed ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from ingestion.telemetry.redaction import UnexpectedError
from tests.integration.search.events import contract_event, document_event
from tests.integration.search.platform import Platform, forget_models
from tests.integration.search.writers.rebuilds import begin, pages_of
from tests.support.factories import CANARY


def test_the_first_commit_starts_a_rebuild_which_finds_what_was_stored_before(
    platform: Platform,
) -> None:
    platform.store(contract_event(1, "turbine"))

    platform.put(contract_event(2, "turbine"))
    platform.put(contract_event(3, "turbine"))

    payload, _ = platform.invocations.payloads
    assert platform.ids("turbine") == ["c-2", "c-3"]
    platform.rebuild(payload)
    assert platform.ids("turbine") == ["c-1", "c-2", "c-3"]
    platform.invocations.payloads.clear()
    platform.put(contract_event(4, "turbine"))
    assert platform.invocations.payloads == []


def test_a_first_rebuild_that_lambda_refused_is_started_by_the_next_batch(
    platform: Platform,
) -> None:
    platform.store(contract_event(1, "turbine"))
    changes = platform.store(contract_event(2, "turbine"))

    with pytest.raises(UnexpectedError, match="TooManyRequestsException"):
        platform.index(changes, by=replace(platform.indexer, lambda_client=cast("Any", Busy())))
    assert platform.index(changes) == []

    [payload] = platform.invocations.payloads
    platform.rebuild(payload)
    assert platform.ids("turbine") == ["c-1", "c-2"]


class Busy:
    """Refuses each invocation, as Lambda does at its limit."""

    def invoke(self, **_: object) -> None:
        """Raise Lambda's error."""
        answer: Any = {
            "Error": {"Code": "TooManyRequestsException"},
            "ResponseMetadata": {"HTTPStatusCode": 429},
        }
        raise ClientError(answer, "Invoke")


def test_a_field_that_becomes_personal_leaves_the_index_at_the_next_change(
    platform: Platform, tmp_path: Path
) -> None:
    platform.put(document_event("d", text_key=None, name=f"manual {CANARY}"))
    platform.invocations.payloads.clear()
    assert CANARY in str(platform.found("manual")[0]["highlights"])
    file = tmp_path / "paper.yaml"

    file.write_text(
        file.read_text().replace("name: {type: text", "name: {type: text, personal: true")
    )
    forget_models()

    assert [hit["highlights"] for hit in platform.found(CANARY)] == [[]]
    platform.put(contract_event(1, "turbine"))
    platform.put(contract_event(2, "turbine"))
    payload, _ = platform.invocations.payloads
    platform.rebuild(payload)
    assert platform.ids("manual") == []
    assert platform.ids("turbine") == ["c-1", "c-2"]
    platform.invocations.payloads.clear()
    platform.put(contract_event(3, "turbine"))
    assert platform.invocations.payloads == []


@pytest.mark.parametrize(
    "limits", [{"rebuild_time": timedelta(seconds=-5)}, {"max_rebuild_keys": 1}]
)
def test_a_rebuild_that_died_is_dropped_with_its_files(
    platform: Platform, limits: dict[str, Any]
) -> None:
    platform.put(contract_event(1, "turbine"))
    begin(platform)
    platform.put(contract_event(2, "turbine"))
    assert platform.pointer().rebuild is not None

    strict = replace(platform.indexer.commits, **limits)
    platform.indexer = replace(platform.indexer, commits=strict)
    platform.put(contract_event(3, "turbine"))

    assert platform.pointer().rebuild is None
    assert platform.ids("turbine") == ["c-1", "c-2", "c-3"]


def test_a_change_starts_the_first_rebuild_again_only_an_hour_after_its_last_step(
    platform: Platform,
) -> None:
    platform.put(contract_event(1, "turbine"))
    begin(platform)
    platform.invocations.payloads.clear()

    platform.put(contract_event(2, "turbine"))
    within_the_hour = list(platform.invocations.payloads)
    late = replace(platform.indexer.commits, rebuild_time=timedelta(seconds=-5))
    platform.indexer = replace(platform.indexer, commits=late)
    platform.put(contract_event(3, "turbine"))

    assert (within_the_hour, platform.invocations.payloads) == ([], [{"rebuild": True}])


def test_a_field_that_becomes_personal_during_a_rebuild_leaves_the_index_by_the_next_one(
    platform: Platform, tmp_path: Path
) -> None:
    manual = document_event("d", text_key=None, name=f"manual {CANARY}")
    platform.put(manual, contract_event(9, "turbine"))
    run = begin(platform, rows=1)
    with pages_of(platform, 1):
        assert run.commit_next_rows() == "continues"
    platform.invocations.payloads.clear()
    file = tmp_path / "paper.yaml"
    file.write_text(
        file.read_text().replace("name: {type: text", "name: {type: text, personal: true")
    )
    forget_models()

    while run.commit_next_rows() == "continues":
        pass
    platform.put(contract_event(1, "turbine"))

    [payload] = platform.invocations.payloads
    platform.rebuild(payload)
    assert platform.ids(CANARY) == []
