"""The emulator queues events of busy functions as AWS does, and keeps idle connections."""

import subprocess
from pathlib import Path

from infra.tools.stack.emulator import LAUNCHER, PYTHON
from tests.e2e.conftest import free_port

SECONDS = 120
GO_IDLE_SECONDS = 90  # net/http: IdleConnTimeout of the default transport.
PROGRAM = f"""
import sys
from queue import Queue
from threading import Event

sys.path.insert(0, {str(LAUNCHER.parent)!r})
import launch_emulator
from ministack.services import lambda_svc

runs, may_end = Queue(), Event()

def run(func, config, event, *_):
    runs.put(event)
    may_end.wait({SECONDS})
    return {{"body": event}}

lambda_svc._execute_function_dispatch = run
lambda_svc._emit_lambda_metrics = lambda *args, **named: None
launch_emulator.queue_events()
arn = "arn:aws:lambda:us-east-1:000000000000:function:extractor"
function = {{"config": {{"FunctionName": "extractor", "FunctionArn": arn}}, "concurrency": 1}}
for number in range(5):
    lambda_svc.invoke_async_with_retry(function, number)
first = runs.get(timeout={SECONDS})
throttled = lambda_svc._execute_function(function, "synchronous")
may_end.set()
others = [runs.get(timeout={SECONDS}) for _ in range(4)]
print(sorted([first, *others]), bool(throttled.get("error")))
"""


def run_program(
    program: str, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program with the emulator's Python."""
    return subprocess.run(
        [PYTHON, "-P", "-c", program],
        capture_output=True,
        text=True,
        timeout=2 * SECONDS,
        check=False,
        env=variables,
    )


def test_events_beyond_the_limit_of_a_function_run_later() -> None:
    found = run_program(PROGRAM)

    assert found.stdout == "[0, 1, 2, 3, 4] True\n", found.stderr


KEPT = f"""
import sys

sys.path.insert(0, {str(LAUNCHER.parent)!r})
import launch_emulator

async def show(app, config):
    print(config.keep_alive_timeout)

launch_emulator._serve = show
launch_emulator.keep_connections()
launch_emulator.main()
"""


def test_idle_connections_are_kept_longer_than_a_client_of_go_keeps_them(tmp_path: Path) -> None:
    variables = {"GATEWAY_PORT": str(free_port()), "STATE_DIR": str(tmp_path)}

    found = run_program(KEPT, variables | {"HOME": str(tmp_path)})

    assert int(found.stdout.splitlines()[-1]) > GO_IDLE_SECONDS, found.stderr
