"""What is made quicker in the emulator answers as it did."""

import subprocess

import pytest

from infra.tools.emulator import LAUNCHER, PYTHON

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

# Streams' function fails, then never ends: queues are polled, and streams again after a failure.
APART = """
import sys, threading
from ministack.services import lambda_svc
queues_of = lambda_svc._poll_loop
assert "_ESM_IDLE_WAKE_GAP_SECONDS" in queues_of.__code__.co_names
assert "_poll_dynamodb_streams" in queues_of.__code__.co_names
streams_of = lambda_svc._poll_dynamodb_streams
sys.path.append(".")
import lean_emulator

assert lambda_svc._poll_loop.func is lean_emulator.poll_apart
assert lambda_svc._poll_loop.args == (queues_of, streams_of)
assert not lambda_svc._poll_dynamodb_streams()

queues, streams, tries = threading.Event(), threading.Event(), iter((True, False))
def poll_streams():
    if next(tries):
        raise ValueError("once")
    streams.set()
    threading.Event().wait()
threading.Thread(
    target=lean_emulator.poll_apart, args=(queues.set, poll_streams), daemon=True
).start()
assert queues.wait(10) and streams.wait(10)
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
