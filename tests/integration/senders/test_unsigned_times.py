"""Requests of senders that sign no time: whoever records one can send it again at any time."""

import pytest

from tests.integration.senders.conftest import RULE, SourceB
from tests.integration.senders.signers import SIGNERS
from tests.integration.senders.test_presets import configured, headers_of
from tests.integration.signed_requests.responses import refused

each_untimed = pytest.mark.parametrize(
    "preset", [name for name, signer in SIGNERS.items() if not signer.signs_time]
)


@each_untimed
def test_a_request_without_a_signed_time_makes_the_same_event_again(
    source: SourceB, preset: str
) -> None:
    configured(source, preset)
    signed = headers_of(preset)

    statuses = [source.post(signed).status for _ in range(2)]

    assert statuses == [202, 202]
    assert len(source.cloud.queued("sourceB")) == 1  # The topic drops the second.


@each_untimed
def test_other_headers_make_no_other_event_of_a_body_that_is_sent_again(
    source: SourceB, preset: str
) -> None:
    signer = SIGNERS[preset]
    rules = [RULE | {"when": "headers.topic && payload.id"}]
    source.configure(signer.secrets[0], auth="hmac", signature=preset, map=rules)
    signed = headers_of(preset)

    topics = {"topic": "items/create", "date": "Sun, 01 Mar 2026 08:00:00 GMT"}
    statuses = [source.post(signed | extra).status for extra in (topics, topics | {"x-id": "c-2"})]

    assert statuses == [202, 202]
    assert len(source.cloud.queued("sourceB")) == 1


@each_untimed
def test_a_source_that_signs_no_time_cannot_upload(source: SourceB, preset: str) -> None:
    configured(source, preset)
    body = '{"name": "rows.csv", "size": 5}'

    response = source.post(headers_of(preset, body), body, "b/uploads")

    assert refused(response, 403)
    assert "url" not in response.document
