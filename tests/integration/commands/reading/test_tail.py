"""Following the change feed with the command, on moto."""

import json
import signal
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from typer.testing import Result

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest, See
from tests.integration.used_grants import RecordingSession
from tests.support.factories import contract, delete_event, event

Tail = Callable[..., Result]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _restored_handlers() -> Iterator[None]:
    """Let Ctrl-C interrupt the command, which handles SIGTERM and SIGHUP in the same way."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def follow(cloud: Cloud, run: Ingest) -> Tail:
    """Run `ingest tail …` while a contract is stored, changed and deleted."""

    def run_and_change(*arguments: str) -> Result:
        thread = Thread(target=change_once_followed, args=[cloud])
        thread.start()
        result = run("tail", "--for", "20", *arguments)
        thread.join()
        return result

    return run_and_change


def wait_until_followed(cloud: Cloud) -> None:
    """Wait until the command's queue is subscribed."""
    for _ in range(300):
        if subscribed(cloud):
            break
        signal.sigtimedwait([], 0.01)


def change_once_followed(cloud: Cloud) -> None:
    """Store, change and delete a contract as soon as the command's queue is subscribed."""
    wait_until_followed(cloud)
    cloud.work(
        event(id="1"),
        event(contract(contract_name="P\x1b[2J"), id="2", time="2026-01-31T12:00:01Z"),
        delete_event(id="3", time="2026-01-31T12:00:02Z"),
    )
    cloud.publish_changes(cloud.stream())


def queues(cloud: Cloud) -> list[str]:
    return cloud.sqs.list_queues().get("QueueUrls", [])


def subscribed(cloud: Cloud) -> list[str]:
    """Return the queues of the command that the change topic sends to."""
    found = cloud.sns.list_subscriptions_by_topic(TopicArn=cloud.change_topic_arn)
    endpoints = [subscription["Endpoint"] for subscription in found["Subscriptions"]]
    return [endpoint for endpoint in endpoints if "ingest-tail" in endpoint]


def test_tail_prints_changes_and_removes_its_queue(cloud: Cloud, follow: Tail) -> None:
    result = follow("--limit", "3")

    assert result.exit_code == 0, result.output
    lines = [line.split("  ") for line in result.stdout.splitlines() if "CONTRACT c-1" in line]
    assert [line[1:3] for line in lines] == [
        ["created", "CONTRACT c-1"],
        ["updated", "CONTRACT c-1"],
        ["deleted", "CONTRACT c-1"],
    ]
    assert lines[1][3:] == ["contract_name", "sourceB 2"]
    assert not any("ingest-tail" in url for url in queues(cloud))
    assert subscribed(cloud) == []


def test_tail_prints_a_line_for_each_change_in_a_terminal(cloud: Cloud, see: See) -> None:
    thread = Thread(target=change_once_followed, args=[cloud])
    thread.start()

    shown = see("tail", "--for", "20", "--limit", "3")
    thread.join()

    waiting, *changes = [line for line in shown.lines if not line.startswith("{")]
    assert waiting == "Waiting for changes. Press Ctrl-C to stop."
    assert [line.split("  ")[1] for line in changes] == ["created", "updated", "deleted"]
    assert "\x1b" not in "".join(changes)
    assert shown.exit_code == 0


@pytest.mark.parametrize("number", SIGNALS)
def test_tail_ends_without_a_queue_after_ctrl_c_in_a_terminal(
    cloud: Cloud, session: RecordingSession, see: See, number: signal.Signals
) -> None:
    def interrupt(**_: object) -> None:
        signal.raise_signal(number)

    with session.hooked("before-call.sqs.ReceiveMessage", interrupt):
        shown = see("tail", "--for", "20")

    assert shown.lines == ["Waiting for changes. Press Ctrl-C to stop.", "No change arrived."]
    assert shown.exit_code == 0
    assert not any("ingest-tail" in url for url in queues(cloud))
    assert subscribed(cloud) == []


def test_tail_prints_the_messages_as_json_lines(follow: Tail) -> None:
    result = follow("-o", "json", "--limit", "2")

    shown = [json.loads(line) for line in result.stdout.splitlines() if '"specversion"' in line]
    assert [message["type"] for message in shown] == ["contract.created", "contract.updated"]
    assert shown[1]["data"]["before"] == contract()


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        (["--kind", "deleted", "--limit", "1"], ["deleted"]),
        (
            ["--entity", "CONTRACT", "--source", "sourceB", "--limit", "3"],
            ["created", "updated", "deleted"],
        ),
        (["--entity", "MILESTONE", "--for", "4"], []),
        (["--source", "sourceA", "--for", "4"], []),
    ],
    ids=lambda value: " ".join(value),
)
def test_tail_filters_changes_by_its_options(
    follow: Tail, options: list[str], kinds: list[str]
) -> None:
    result = follow("-o", "json", *options)

    shown = [json.loads(line) for line in result.stdout.splitlines() if '"specversion"' in line]
    assert [message["type"].partition(".")[2] for message in shown] == kinds


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--entity", "ROCKET"], "there are CONTRACT, DOCUMENT, EQUIPMENT, MILESTONE"),
        (["--kind", "upserted"], "'upserted' is not one of 'created'"),
    ],
)
def test_an_unknown_entity_or_kind_is_refused(
    run: Ingest, options: list[str], message: str
) -> None:
    result = run("tail", *options)

    assert result.exit_code == 2
    assert message in result.stderr
