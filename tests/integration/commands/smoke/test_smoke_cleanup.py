"""`make smoke` leaves nothing behind, and names what may be left."""

import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, get_args

import httpx
import pytest

from infra.tools.deploy import smoke_steps
from infra.tools.deploy.smoke_run import SmokeRun
from infra.tools.errors import SetupError
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.files.bucket import Bucket
from ingestion.files.upload import Folder, UploadKeys
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import drop_into_dead_letters
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json


@pytest.fixture
def late_run(ingest: Ingest, checkout: Checkout) -> SmokeRun:  # noqa: ARG001 - writes outputs
    """Return a run of sourceB whose deadline has passed, so that each step asks once."""
    return SmokeRun(Deployment.load("local", checkout), "sourceB", "smoke-1", deadline=0)


def respond(run: SmokeRun, *responses: httpx.Response | Exception) -> None:
    """Let the API give these responses to the run's posts."""
    left = iter(responses)

    def handle(_: httpx.Request) -> httpx.Response:
        response = next(left)
        if isinstance(response, Exception):
            raise response
        return response

    run.__dict__["http"] = httpx.Client(transport=httpx.MockTransport(handle))


def post_and_clean_up(run: SmokeRun) -> None:
    with ExitStack() as cleanup:
        smoke_steps.post_event(run, cleanup)


@pytest.mark.parametrize(
    ("response", "found"),
    [
        (httpx.Response(403, text="no"), "403: no"),
        (httpx.Response(400, text="bad"), "400: bad"),
        (httpx.UnsupportedProtocol("x"), "no response"),
    ],
    ids=["forbidden", "refused", "no response"],
)
def test_an_entity_that_may_be_left_behind_is_named(
    late_run: SmokeRun, response: httpx.Response | Exception, found: str
) -> None:
    respond(late_run, httpx.Response(202), response)

    with pytest.raises(SetupError) as error:
        post_and_clean_up(late_run)

    assert str(error.value) == (
        f"CONTRACT smoke-1 may be left behind: its delete event got {found}"
    )


def test_the_error_of_a_step_is_shown_before_what_may_be_left_behind(late_run: SmokeRun) -> None:
    respond(late_run, httpx.Response(403, text="a"), httpx.Response(403, text="b"))

    with pytest.raises(SetupError) as error:
        post_and_clean_up(late_run)

    assert str(error.value).splitlines() == [
        f"POST {late_run.url} got 403: a",
        "CONTRACT smoke-1 may be left behind: its delete event got 403: b",
    ]


def test_a_deleted_entity_is_not_named(late_run: SmokeRun) -> None:
    respond(late_run, httpx.Response(202), httpx.Response(202))

    post_and_clean_up(late_run)

    with pytest.raises(StopIteration):  # Both responses were taken.
        late_run.post("smoke-1", "delete")


def publishes(session: RecordingSession, cloud: Cloud, *bodies: str) -> Any:
    """Put these dead letters into the queue when the run publishes its text."""

    def dead_letter(params: Json, **_: Any) -> Json:
        drop_into_dead_letters(cloud, *bodies)
        return params

    return session.hooked("provide-client-params.sns.Publish", dead_letter)


def left(cloud: Cloud) -> list[tuple[str, int]]:
    """Return the dead letters of sourceB, and how often each was received before this read."""
    response = cloud.sqs.receive_message(
        QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
        MaxNumberOfMessages=10,
        MessageSystemAttributeNames=["ApproximateReceiveCount"],
    )
    return [
        (found["Body"], int(found["Attributes"]["ApproximateReceiveCount"]) - 1)
        for found in response.get("Messages", [])
    ]


def test_only_the_dead_letter_of_the_run_is_dropped_and_others_are_received_once(
    late_run: SmokeRun, cloud: Cloud, session: RecordingSession
) -> None:
    drop_into_dead_letters(cloud, "real")

    with publishes(session, cloud, late_run.run_id):
        smoke_steps.drop_dead_letter(late_run)

    assert left(cloud) == [("real", 1)]


def test_the_queue_is_read_only_at_the_end_if_its_backlog_does_not_grow(
    late_run: SmokeRun, cloud: Cloud
) -> None:
    drop_into_dead_letters(cloud, "real")
    run = replace(late_run, deadline=time.monotonic() + 1.5)

    with pytest.raises(SetupError, match="The dead letter of sourceB did not appear"):
        smoke_steps.drop_dead_letter(run)

    assert left(cloud) == [("real", 1)]


def test_a_dead_letter_that_appears_late_is_dropped_after_the_failure(
    late_run: SmokeRun, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke_steps, "backlog", lambda *_: 0)
    drop_into_dead_letters(cloud, late_run.run_id, "real")

    with pytest.raises(SetupError, match="did not appear"):
        smoke_steps.drop_dead_letter(late_run)

    assert left(cloud) == [("real", 1)]


def test_all_objects_of_an_upload_are_deleted(cloud: Cloud) -> None:
    bucket = Bucket(cloud.s3, cloud.bucket)
    kept, keys = UploadKeys("sourceB", "kept"), UploadKeys("sourceB", "smoke")
    for each in (kept, keys):
        for folder in get_args(Folder):
            bucket.put_new_object(each.part_key(folder, 1))

    smoke_steps.delete_objects(bucket, keys)

    assert sorted(bucket.list_keys("")) == sorted(
        kept.part_key(folder, 1) for folder in get_args(Folder)
    )
