"""What is made quicker in the emulator answers as it did."""

import subprocess

import pytest

from infra.tools.stack.emulator import LAUNCHER, PYTHON

COMPARED = """
import sys, time
from ministack.services import dynamodb, sns
theirs, checked = sns._prune_sns_dedup, dynamodb._condition_syntax_error
sys.path.append(".")
import lean_emulator

assert sns._prune_sns_dedup is lean_emulator.forget_expired is not theirs
now = time.time()
for expired in (0, 1, 7, 20):
    moments = [now - 1] * expired + [now + 60] * (20 - expired)
    one, other = ({"dedup_cache": {str(at): {"expire": it} for at, it in enumerate(moments)}}
                  for _ in range(2))
    theirs(one), sns._prune_sns_dedup(other)
    assert list(one["dedup_cache"]) == list(other["dedup_cache"]), expired
    assert len(other["dedup_cache"]) == 20 - expired
sns._prune_sns_dedup({})
assert dynamodb._condition_syntax_error.cache_info().maxsize

for expression in ("attribute_not_exists(ID) OR #a.#b < :c", "ID <", "(a = :b", ""):
    for slot in ("ConditionExpression", "FilterExpression"):
        again = [dynamodb._condition_syntax_error(expression, slot) for _ in range(2)]
        assert again == [checked(expression, slot)] * 2, expression
"""

# Streams' function fails, finds some, finds a full batch, then never ends; queues are polled.
APART = """
import sys, threading, time
from ministack.services import dynamodb, lambda_svc
poll_queues, poll_streams = lambda_svc._poll_loop, lambda_svc._poll_dynamodb_streams
gap, read = lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS, dynamodb.stream_records_since
assert {"_ESM_IDLE_WAKE_GAP_SECONDS", "_poll_dynamodb_streams"} < {*poll_queues.__code__.co_names}
assert "stream_records_since" in poll_streams.__code__.co_names
sys.path.append(".")
import lean_emulator

assert lambda_svc._poll_loop.func is lean_emulator.poll_apart
assert lambda_svc._poll_loop.args == (poll_queues, poll_streams)
assert lambda_svc._poll_dynamodb_streams is not poll_streams
assert not lambda_svc._poll_dynamodb_streams()
assert lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS < gap / 10

dynamodb._stream_records["t"] = records = [
    {"dynamodb": {"ApproximateCreationDateTime": time.time()}, "number": n} for n in range(7)
]
theirs, scope = lean_emulator.partial(read, "t"), {"account_id": None, "region": None}
assert dynamodb.stream_records_since("t", 2, 4, **scope) == theirs(2, 4, **scope) == records[2:6]

class Noted(threading.Event):
    def wait(self, timeout):
        waits.append((self.is_set(), timeout))
lean_emulator._more, waits = Noted(), []

def read_few(): dynamodb.stream_records_since("t", 5, 4)
def read_none(): dynamodb.stream_records_since("t", 7, 0)
def read_full(): dynamodb.stream_records_since("t", 1, 4)
def fail(): raise ValueError("once")
queues, ended = threading.Event(), threading.Event()
acts = iter((fail, read_few, read_full, read_none))
def poll():
    act = next(acts, None)
    if act is None:
        ended.set()
        threading.Event().wait()
    act()
threading.Thread(target=lean_emulator.poll_apart, args=(queues.set, poll), daemon=True).start()
assert queues.wait(10) and ended.wait(10)
assert waits == [(full, 0.25) for full in (False, False, True, False)], waits
"""


@pytest.mark.parametrize("script", [COMPARED, APART], ids=["compared", "apart"])
def test_what_is_quicker_answers_as_it_did(script: str) -> None:
    answer = subprocess.run(
        [PYTHON, "-P", "-c", script],
        cwd=LAUNCHER.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
