"""A call that fails after the audit line: the command says what is known, and where to look."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import dead_letter, ids, leases, listed, repaired
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error

SET = ("--set", "data.contract_type=works")


@pytest.mark.parametrize("then", [(), ("--redrive",)], ids=["save", "redrive"])
def test_an_edit_whose_deletion_is_refused_leads_to_the_audit_log(
    cloud: Cloud, ingest: Ingest, session: RecordingSession, then: tuple[str, ...]
) -> None:
    dead_letter(cloud, *leases("c-1"))
    refused = aws_error("AccessDenied", 403, "no sqs:DeleteMessage for you")

    with session.hooked("before-call.sqs.DeleteMessageBatch", lambda **_: refused):
        result = ingest("edit", "c-1", *SET, *then)

    assert result.exit_code == 1
    assert "no sqs:DeleteMessage for you" in message(result)
    assert "may have been done: see `ingest audit`" in message(result)


def test_a_refused_publish_of_an_edit_is_named(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    dead_letter(cloud, *leases("c-1"))
    refused = aws_error("AuthorizationError", 403, "no sns:Publish for you")

    with session.hooked("before-call.sns.PublishBatch", lambda **_: refused):
        result = ingest("edit", "c-1", *SET, "--redrive")

    assert result.exit_code == 5
    assert "your AWS identity may not do this: no sns:Publish for you" in message(result)
    assert ids(listed(ingest)) == ["c-1"]


def test_a_refused_publish_is_a_failure_of_its_dead_letters(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    repaired(cloud, "c-1", "c-2")
    refused = aws_error("AuthorizationError", 403, "no sns:Publish for you")

    with session.hooked("before-call.sns.PublishBatch", lambda **_: refused):
        result = ingest("redrive", "-o", "json")

    assert result.exit_code == 5
    details = [failure["detail"] for failure in json.loads(result.stdout)["failures"]]
    assert details == ["your AWS identity may not do this: no sns:Publish for you"] * 2
    assert ids(listed(ingest)) == ["c-1", "c-2"]
