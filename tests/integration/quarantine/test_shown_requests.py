"""What `dlq list`, `dlq show` and a dry run say about requests in quarantine."""

import json
from base64 import b64decode

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import ids, listed
from tests.integration.quarantine.conftest import item, kept, set_rules
from tests.integration.quarantine.redriving import FIXED, RENAMED, redriven
from tests.support.factories import Json


def test_the_list_names_the_reason_and_the_first_cause(cloud: Cloud, ingest: Ingest) -> None:
    cloud.post(RENAMED)

    document = listed(ingest, "--reason", "quarantined")

    assert document["counts"] == [{"queue": "sourceB", "reason": "quarantined", "count": 1}]
    [entry] = document["letters"]
    assert entry["detail"].startswith("unmatched: payload 0: no rule of the source")


def test_show_prints_headers_and_names_but_no_values(
    cloud: Cloud, ingest: Ingest, invoked: list[Json]
) -> None:
    cloud.post(RENAMED)
    [dead_letter_id] = ids(listed(ingest))

    shown = json.loads(ingest("show", dead_letter_id, "-o", "json").stdout)
    table = ingest("show", dead_letter_id).stdout

    assert '"headers":{"content-type":"application/json"}' in table
    assert shown["request"]["headers"] == {"content-type": "application/json"}
    assert shown["request"]["body"]["orders"][0] == dict.fromkeys(item("c-1"), "[hidden]")
    assert shown["would_fail"].startswith("unmatched: ")
    assert [event["redrive"]["is_dry"] for event in invoked] == [True, True]


@pytest.mark.parametrize("body", [b'{"a": 1}', b"\xff\x00"], ids=["text", "bytes"])
def test_show_personal_prints_the_body(
    cloud: Cloud, ingest: Ingest, invoked: list[Json], body: bytes
) -> None:
    cloud.post(body)
    [dead_letter_id] = ids(listed(ingest))

    result = ingest("show", dead_letter_id, "--show-personal", "-o", "json")

    shown = json.loads(result.stdout)["request"]["body"]
    assert (shown.encode() if isinstance(shown, str) else b64decode(shown["base64"])) == body
    assert len(invoked) == 1


def test_a_dry_run_publishes_nothing(cloud: Cloud, ingest: Ingest, invoked: list[Json]) -> None:
    cloud.post(RENAMED)
    set_rules(cloud, FIXED)

    found = redriven(ingest, "--dry-run")

    assert (found["redriven"], found["dry_run"]) == (1, True)
    assert [event["redrive"]["is_dry"] for event in invoked] == [True]
    assert (cloud.queued(), len(kept(cloud))) == ([], 1)


def test_an_edit_is_refused_in_words(cloud: Cloud, ingest: Ingest) -> None:
    cloud.post(RENAMED)
    [dead_letter_id] = ids(listed(ingest))

    result = ingest("edit", dead_letter_id, "--set", "source=sourceA")

    assert result.exit_code == 2
    assert "a request in quarantine cannot be edited: correct the rules" in result.output
