"""Runs ministack with what was slow made quicker: a script for its own interpreter.

For each message it copied all that a FIFO topic had seen in five minutes, and for each write it
parsed the condition anew: together half of what it did. Queues waited while the function of a
stream ran, and 50 ms more where a write anywhere had them looked at and they were empty.
"""

import time
from functools import lru_cache, partial
from threading import Event, Thread
from typing import Any, Never

from ministack.app import main  # type: ignore[import-not-found]  # It has an environment of its own.
from ministack.services import dynamodb, lambda_svc, sns  # type: ignore[import-not-found]

# As often as Lambda looks for new records of a DynamoDB stream:
# https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
STREAM_POLL_SECONDS = 0.25
_more = Event()


def forget_expired(topic: dict[str, Any]) -> None:
    """Forget the deduplication ids that expired: the first, as each is kept for as long.

    In place: who publishes holds the emulator's lock, and its state is saved by the same thread.
    """
    ids, now = topic.get("dedup_cache", {}), time.time()
    while ids and ids[oldest := next(iter(ids))]["expire"] <= now:
        del ids[oldest]


def read_stream(read: Any, table_name: str, position: int, limit: int, **scope: Any) -> Any:
    """Read records of a stream, and note where there were as many as asked for: more may wait."""
    records = read(table_name, position, limit, **scope)
    if len(records) == limit > 0:
        _more.set()
    return records


def poll_apart(poll_queues: Any, poll_streams: Any) -> Never:
    """Poll streams at Lambda's rate, at once after a full batch, and queues meanwhile."""
    Thread(target=poll_queues, daemon=True).start()
    while True:
        try:
            poll_streams()
        except Exception:  # As for queues: the next pass may succeed.
            lambda_svc.logger.exception("streams were not polled")
        _more.wait(STREAM_POLL_SECONDS)
        _more.clear()


sns._prune_sns_dedup = forget_expired
dynamodb._condition_syntax_error = lru_cache(1024)(dynamodb._condition_syntax_error)
dynamodb.stream_records_since = partial(read_stream, dynamodb.stream_records_since)
lambda_svc._poll_loop = partial(
    poll_apart, lambda_svc._poll_loop, lambda_svc._poll_dynamodb_streams
)
lambda_svc._poll_dynamodb_streams = lambda: False
lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = 0.002

if __name__ == "__main__":
    main()
