"""What the commands refuse, and that they then change nothing."""

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.dead_letters.examples import (
    audited,
    dead_letter,
    drop_into_dead_letters,
    leases,
)
from tests.support.factories import event


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["edit", "c-1"], 2, "no change is given"),
        (["edit", "c-1", "--set", "data"], 2, "PATH=VALUE"),
        (["edit", "c-1", "--set", "=x"], 2, "PATH=VALUE"),
        (["edit", "c-1", "--set", "data.x:={"], 2, "takes JSON"),
        (
            ["edit", "c-1", "--set", "nowhere.x=1"],
            2,
            "Not saved: the event has no field 'nowhere.x'",
        ),
        (["edit", "c-1", "--set", "bdy.x=1"], 2, "it has specversion, id, source, type, subject"),
        (["edit", "c-1", "--set", "tiem=noon"], 2, 'did you mean "time"?'),
        (["edit", "c-1", "--set", "contract_type=goods"], 2, 'did you mean "data.contract_type"?'),
        (["edit", "c-1", "--set", "titel=x", "--yes"], 2, "no field 'titel'"),
        (
            ["edit", "--reason", "invalid_entity", "--set", "titel=x", "--yes"],
            2,
            "no field 'titel'",
        ),
        (["edit", "c-1", "--set", "data.contract_tpe=x"], 2, 'mean "contract_type"?'),
        (["edit", "c-1", "--set", "data.colour=x"], 2, "CONTRACT has no field 'colour': there are"),
        (["list", "--reason", "invalid_entty"], 2, 'did you mean "invalid_entity"?'),
        (["redrive", "--reason", "invalid_entty"], 2, "no reason 'invalid_entty': there are"),
        (["drop", "--reason", "nothing", "--yes"], 2, "no reason 'nothing'"),
        (["edit", "--reason", "nothing", "--set", "id=1"], 2, "no reason 'nothing'"),
        (["edit", "--set", "data.x=1"], 2, "nothing is selected"),
        (["edit", "c-1", "--entity", "CONTRACT", "--set", "data.x=1"], 2, "and not both"),
        (["edit", "--entity", "PART", "--set", "data.x=1"], 3, "Nothing was changed: there is no"),
        (["edit", "c-1", "--unset", "data.nothing"], 2, "no field 'data.nothing'"),
        (["edit", "text", "--set", "id=1"], 3, "no dead letter 'text'"),
        (["show", "c-9"], 3, "no dead letter 'c-9'"),
        (["show", "twice"], 2, "2 dead letters have this id"),
        (["redrive", "--id", "c-9"], 3, "no dead letter c-9"),
        (["redrive", "--source", "sourceX"], 2, "operator, sourceA, sourceB, sourceC, unrouted"),
        (["list", "--since", "yesterday"], 2, "30m, 2h or 7d"),
        (["list", "--since", "999999d"], 2, "30m, 2h or 7d"),
        (["edit", "c-1", "--set", "data.x=\udcff"], 2, "UTF-8 text"),
        (["drop"], 2, "nothing is selected"),
        (["drop", "c-9", "--yes"], 3, "no such dead letter"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_impossible_command_prints_the_reason_and_changes_nothing(
    cloud: Cloud, ingest: Ingest, arguments: list[str], code: int, message: str
) -> None:
    dead_letter(cloud, *leases("c-1", "twice"), {"id": "twice", "type": "rocket.upsert"})

    result = ingest(*arguments)

    assert result.exit_code == code
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert len(cloud.dead_letters()) == 3
    assert audited() == []


def test_a_missing_id_is_reported_and_the_others_are_processed(
    cloud: Cloud, ingest: Ingest
) -> None:
    dead_letter(cloud, *leases("c-1"))
    drop_into_dead_letters(cloud, event(id="e-1").json_bytes.decode())

    dropped = ingest("drop", "c-1", "nope", "--yes")
    redriven = ingest("redrive", "--id", "e-1", "--id", "nope")

    assert dropped.exit_code == 3
    assert redriven.exit_code == 3
    assert "no dead letter nope" in dropped.stderr
    assert "no dead letter nope" in redriven.stderr
    assert cloud.dead_letters() == []


def test_a_missing_id_is_reported_with_those_that_would_fail(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))

    result = ingest("redrive", "--id", "c-1", "--id", "nope")

    assert result.exit_code == 4
    assert "c-1: invalid_entity" in result.stderr
    assert "no dead letter nope" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["redrive"],
        ["edit", "event-1", "--set", "data.contract_name=x"],
        ["drop", "--since", "1h", "--yes"],
    ],
    ids=lambda command: command[0],
)
def test_without_an_audit_log_a_command_changes_nothing(
    cloud: Cloud, ingest: Ingest, command: list[str]
) -> None:
    before = event().json_bytes.decode()
    drop_into_dead_letters(cloud, before)
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    result = ingest(*command)

    assert isinstance(result.exception, ClientError)
    [message] = cloud._receive(cloud.dead_letter_queue_urls["sourceB"])
    assert message["Body"] == before
    assert cloud.queued() == []
