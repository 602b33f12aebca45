"""The alarms that compute, evaluated over series of metrics: when they start, and when not."""

from collections import defaultdict

import pytest

from tests.tools.watched.plan import Plan, rings
from tests.tools.watched.resources import NAME


def minutes(*spans: tuple[int, int, float]) -> dict[int, float]:
    """Return so many in each minute from the first to before the last."""
    found: defaultdict[int, float] = defaultdict(float)
    for first, last, each in spans:
        for minute in range(first, last):
            found[minute] += each
    return dict(found)


STEADY = (60, 180, 5)
BALANCED = {
    "EventAccepted": minutes(STEADY),
    "NumberOfMessagesSent": minutes(STEADY),
    "NumberOfMessagesDeleted": minutes(STEADY),
    "EventStored": minutes((60, 180, 3)),
    "EventNotStored": minutes((60, 180, 2)),
}
NOTHING: dict[str, dict[int, float]] = {name: {} for name in BALANCED}
UNTIL = 300


@pytest.mark.parametrize(
    ("what", "ledger", "arrivals"),
    [
        pytest.param({}, False, False, id="balanced traffic"),
        pytest.param(
            {"EventStored": minutes((60, 99, 3), (99, 100, 2), (100, 180, 3))},
            *(True, False),
            id="one event lost in the worker",
        ),
        pytest.param(
            # Ten were stored in the last second of minute 89, and deleted in the next.
            {"NumberOfMessagesDeleted": minutes(STEADY, (89, 90, -5), (90, 91, 5))},
            *(False, False),
            id="in flight at an edge",
        ),
        pytest.param(
            # Events of the minutes 100 to 110 waited, failed and were retried until 150.
            {
                "NumberOfMessagesDeleted": minutes((60, 100, 5), (110, 180, 5), (150, 151, 50)),
                "EventStored": minutes((60, 100, 3), (110, 180, 3), (150, 151, 30)),
                "EventNotStored": minutes((60, 100, 2), (110, 180, 2), (150, 151, 20)),
            },
            *(False, False),
            id="waiting for forty minutes",
        ),
        pytest.param(
            # SQS moves a message to the dead letters after five failures, without a deletion.
            {
                "NumberOfMessagesDeleted": minutes((60, 100, 5), (110, 180, 5)),
                "EventStored": minutes((60, 100, 3), (110, 180, 3)),
                "EventNotStored": minutes((60, 100, 2), (110, 180, 2)),
            },
            *(False, False),
            id="dead-lettered by the queue",
        ),
        pytest.param(
            {
                "NumberOfMessagesDeleted": minutes((60, 100, 5), (110, 180, 5)),
                "EventStored": minutes((60, 100, 3), (110, 150, 3), (150, 151, 2), (151, 180, 3)),
                "EventNotStored": minutes((60, 100, 2), (110, 180, 2)),
            },
            *(True, False),
            id="one event lost while the queue dead-letters others",
        ),
        pytest.param(
            {"EventNotStored": minutes((60, 99, 2), (99, 100, 1), (100, 180, 2))},
            *(True, False),
            id="a dead letter that the worker deleted and did not write",
        ),
        pytest.param(
            {"EventAccepted": minutes(STEADY, (100, 101, 10))},
            *(False, False),
            id="a post of ten repeated within five minutes",
        ),
        pytest.param(
            {"EventAccepted": minutes(STEADY, (100, 101, 500))},
            *(False, False),
            id="a post of five hundred repeated within five minutes",
        ),
        pytest.param(
            {
                "NumberOfMessagesSent": minutes(STEADY, (100, 101, 40)),
                "NumberOfMessagesDeleted": minutes(STEADY, (100, 102, 20)),
                "EventStored": minutes((60, 180, 3), (100, 102, 20)),
            },
            *(False, False),
            id="forty redriven",
        ),
        pytest.param(
            # An acknowledgement was lost: stored once, then a duplicate of itself.
            {"EventNotStored": minutes((60, 180, 2), (130, 131, 1))},
            *(False, False),
            id="one delivered twice",
        ),
        pytest.param(
            {name: {} for name in BALANCED if name not in ("EventAccepted",)},
            *(False, True),
            id="accepted and never delivered",
        ),
        pytest.param(
            NOTHING | {"EventAccepted": dict.fromkeys(range(60, 180, 14), 1)},
            *(False, True),
            id="one event in a quarter of an hour accepted and never delivered",
        ),
        pytest.param(
            NOTHING | {"EventAccepted": {100: 1}},
            *(False, False),
            id="one event repeated within five minutes, after its quarter of an hour",
        ),
        pytest.param(
            {name: {} for name in BALANCED if name.startswith("Event") and name != "EventAccepted"},
            *(True, False),
            id="a worker that loses everything and reports nothing",
        ),
        pytest.param(NOTHING, False, False, id="nothing at all"),
    ],
)
def test_the_ledgers_alarms_start_only_for_lost_events(
    plan: Plan, what: dict[str, dict[int, float]], ledger: bool, arrivals: bool
) -> None:
    series = BALANCED | what

    found = [
        rings(plan.alarm(f"{NAME}-sourceA-{concern}"), series, UNTIL)
        for concern in ("ledger-does-not-balance", "accepted-events-do-not-arrive")
    ]

    assert found == [ledger, arrivals]


def test_a_busy_sources_edges_are_within_the_tolerance(plan: Plan) -> None:
    flow = 6000
    edges = {minute: float(flow + (7 if minute % 2 else -7)) for minute in range(60, 180)}
    series = {
        "NumberOfMessagesDeleted": edges,
        "EventStored": minutes((60, 180, flow)),
        "EventAccepted": minutes((60, 180, flow)),
        "NumberOfMessagesSent": edges,
    }

    found = rings(plan.alarm(f"{NAME}-sourceA-ledger-does-not-balance"), series, 180)

    assert not found


@pytest.mark.parametrize(("refused", "requests", "rung"), [(9, 10, False), (15, 25, True)])
def test_few_refused_requests_start_no_alarm(
    plan: Plan, refused: int, requests: int, rung: bool
) -> None:
    series = {
        "4XXError": minutes((60, 90, refused / 5)),
        "Count": minutes((60, 90, requests / 5)),
    }

    found = rings(plan.alarm(f"{NAME}-api-refuses"), series, 90)

    assert found is rung
