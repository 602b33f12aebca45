"""What an event costs on AWS's bill, from POST to table: bytes of logs, and calls."""

from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

from ingestion.handlers import api, worker
from tests.benchmarks.figures.figure import Figure, print_figures
from tests.benchmarks.support.stage import Stage, post, records, set_up, with_canned_responses
from tests.support.invocations import context

CONTEXT = context()
MANY = 100


def figures() -> Iterator[Figure]:
    """Yield the figures, which are equal on every machine."""
    with set_up() as stage:
        calls = with_canned_responses(stage)
        for count, target in ((1, 700), (MANY, 60)):
            size = _printed(stage, count) / count
            name = f"log bytes per event, {count} a POST"
            yield Figure("cheap", name, "", target, [size], unit="bytes", exact=True)
        calls.clear()
        for _ in range(1_000 // MANY):
            _pass_through(stage, MANY)
        yield from _calls(calls)


def _printed(stage: Stage, count: int) -> int:
    output = StringIO()
    with redirect_stdout(output):
        _pass_through(stage, count)
    return len(output.getvalue().encode())


def _pass_through(stage: Stage, count: int) -> None:
    """Handle a request of this many events, and the batches that a full queue makes of them."""
    api.handle(post(count), CONTEXT, stage.api)
    queued = records(count, entities=count)["Records"]
    for first in range(0, count, 10):
        worker.handle({"Records": queued[first : first + 10]}, stage.worker)


def _calls(calls: Counter[str]) -> Iterator[Figure]:
    for service, named, target in (("sns", "SNS", 100), ("dynamodb", "DynamoDB", 1_000)):
        name = f"{named} calls per 1,000 events, {MANY} a POST"
        yield Figure("cheap", name, "", target, [calls[service]], unit="calls", exact=True)


if __name__ == "__main__":
    print_figures(figures())
