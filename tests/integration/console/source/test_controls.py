"""A source is paused, resumed, closed and opened from its page, which first says what happens."""

import boto3
import httpx
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions
from ingestion.cli.sources.mapping import Mapping
from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT
from tests.integration.console.reading import finish, text_of
from tests.integration.sources.steered import audited
from tests.support.canned import aws_error, intercept
from tests.support.factories import submission


def act(console: httpx.Client, word: str, source: str = "sourceB", **form: str) -> httpx.Response:
    """Press the button of an action, and return the page of its end."""
    return finish(console, console.post(f"/sources/{source}/{word}", data=form))


def test_a_pause_shows_first_what_waits_and_changes_nothing(
    console: httpx.Client, deployment: Deployment
) -> None:
    response = console.get("/sources/sourceB/pause")

    shown = text_of(response)
    assert "Its events wait in the queue (0 now). SQS deletes each message 14 days after" in shown
    assert "ingest pause sourceB" in shown
    assert Mapping.find(deployment, "sourceB").state == "Enabled"
    assert audited() == []


def test_a_paused_source_is_resumed(console: httpx.Client, deployment: Deployment) -> None:
    paused = act(console, "pause")
    page = console.get("/sources/sourceB")
    between = Mapping.find(deployment, "sourceB").state
    resumed = act(console, "resume")

    assert "sourceB is paused: the mapping of its worker is Disabled." in text_of(paused)
    assert "paused" in text_of(page)
    assert "/sources/sourceB/resume" in page.text
    assert between == "Disabled"
    assert "sourceB is resumed: the mapping of its worker is Enabled" in text_of(resumed)
    assert [line["action"] for line in audited()] == ["pause_source", "resume_source"]


def test_a_closed_source_is_opened(
    console: httpx.Client, deployment: Deployment, cloud: Cloud
) -> None:
    preview = console.get("/sources/sourceB/close")
    closed = act(console, "close", retry_after="60")
    refused = cloud.post(submission())
    page = console.get("/sources/sourceB")
    opened = act(console, "open")

    assert "gets 503 with the Retry-After below" in text_of(preview)
    assert "sourceB is closed: within 5 seconds" in text_of(closed)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "60")
    assert "refuses requests (503, retry after 60 s)" in text_of(page)
    assert "sourceB is open: within 5 seconds" in text_of(opened)
    assert actions.closed_sources(deployment).read() == {}


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    ("before", "word", "sentence"),
    [
        ("pause", "pause", "sourceB is paused already: its worker stores nothing."),
        (None, "resume", "sourceB is not paused: its worker stores events."),
        (None, "open", "sourceB is open already: each POST to its path is accepted."),
    ],
)
def test_an_act_whose_state_is_so_already_says_so_and_does_nothing(
    console: httpx.Client, before: str | None, word: str, sentence: str
) -> None:
    if before:
        act(console, before)
    audited_before = audited()

    preview, ended = console.get(f"/sources/sourceB/{word}"), act(console, word)

    assert sentence in text_of(preview)
    assert "<form method" not in preview.text
    assert f"{sentence} Nothing was changed." in text_of(ended)
    assert audited() == audited_before


@pytest.mark.usefixtures("deployment")
def test_closing_again_changes_only_the_time(console: httpx.Client) -> None:
    act(console, "close", retry_after="60")

    preview = console.get("/sources/sourceB/close")
    same, other = (act(console, "close", retry_after=seconds) for seconds in ("60", "90"))

    shown = text_of(preview)
    assert "sourceB is closed already, with Retry-After: 60. Closing it again changes" in shown
    assert "sourceB is closed already" in text_of(same)
    assert "Nothing was changed." in text_of(same)
    assert "sourceB is closed: within 5 seconds each POST" in text_of(other)
    assert len(audited()) == 2


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize("seconds", ["0", "86401", "soon", "", "9" * 5000, "٣"])
def test_a_wait_that_no_sender_should_obey_is_refused(console: httpx.Client, seconds: str) -> None:
    response = console.post("/sources/sourceB/close", data={"retry_after": seconds})

    assert response.status_code == 422
    assert "the seconds must be a whole number from 1 to 86400" in text_of(response)
    assert audited() == []


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize("word", ["close", "open"])
def test_the_operator_cannot_be_closed(console: httpx.Client, word: str) -> None:
    path = f"/sources/operator/{word}"

    responses = [console.get(path), console.post(path)]

    assert {response.status_code for response in responses} == {422}
    assert all("operator has no path of its own" in text_of(each) for each in responses)
    assert audited() == []


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize("word", ["pause", "resume", "close", "open"])
def test_a_source_that_does_not_exist_is_named(console: httpx.Client, word: str) -> None:
    response = console.post(f"/sources/sourceX/{word}")

    assert response.status_code == 422
    assert "has no source 'sourceX'" in text_of(response)


def test_without_an_audit_line_nothing_happens(
    console: httpx.Client, deployment: Deployment
) -> None:
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    ended = act(console, "close")

    assert "the outputs may be of an older deployment" in text_of(ended)
    assert actions.closed_sources(deployment).read() == {}


def test_a_refused_call_is_one_sentence(console: httpx.Client, deployment: Deployment) -> None:
    denied = aws_error("AccessDeniedException")
    intercept(deployment.client("lambda"), "UpdateEventSourceMapping", lambda _: denied)

    ended = act(console, "pause")

    assert "your AWS identity may not do this" in text_of(ended)


@pytest.mark.parametrize("word", ["pause", "resume"])
def test_an_act_is_reported_although_what_waits_cannot_be_read(
    console: httpx.Client, deployment: Deployment, word: str
) -> None:
    if word == "resume":
        actions.pause_source(deployment, "sourceB")
    denied = aws_error("AccessDeniedException", 403, "no sqs:GetQueueAttributes")
    intercept(deployment.client("sqs"), "GetQueueAttributes", lambda _: denied)

    ended = act(console, word)

    assert f"sourceB is {word}d: the mapping of its worker is" in text_of(ended)
    assert (
        "How many messages wait is unknown: your AWS identity may not do this:"
        " no sqs:GetQueueAttributes." in text_of(ended)
    )


def test_a_mapping_that_cannot_be_read_again_is_reported_as_changed(
    console: httpx.Client, deployment: Deployment
) -> None:
    denied = aws_error("AccessDeniedException", 403, "no lambda:GetEventSourceMapping")
    intercept(deployment.client("lambda"), "GetEventSourceMapping", lambda _: denied)

    ended = act(console, "pause")

    assert "Lambda accepted the change: the mapping of" in text_of(ended)
    assert "will be Disabled. Its state now is unknown: your AWS identity may" in text_of(ended)
    assert Mapping.find(deployment, "sourceB").state == "Disabled"
