"""The console ends soon after Ctrl-C. It waits for work and for leases, and for no other call."""

import json
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.tools.paths import ROOT
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.console.work import WorkStopped
from tests.integration.cloud import Cloud
from tests.integration.status.test_findings import send
from tests.support.browser.console import running_console

END_SECONDS = 50  # botocore waits for an answer for 60 s, and tries again.


def test_a_call_that_gets_no_answer_does_not_delay_the_end(cloud: Cloud, tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,  # It takes calls and answers none.
        ThreadPoolExecutor() as pool,
    ):
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        outputs = {**cloud.outputs, "api_url": endpoint, "endpoint_url": endpoint}
        (tmp_path / "ingest").mkdir()
        (tmp_path / "ingest" / "silent.json").write_text(json.dumps(outputs))
        variables = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
        with running_console(ROOT, variables, "--env", "silent") as console:
            pool.submit(httpx.get, console.url, follow_redirects=True, timeout=None)
            call, _ = silent.accept()
            with call:
                console.process.send_signal(signal.SIGINT)
                code = console.process.wait(END_SECONDS)

                printed = console.process.stderr.read() if console.process.stderr else ""

    assert code == 0
    assert printed == "Press Ctrl-C to stop.\n"


def test_a_read_of_dead_letters_ends_after_its_current_call_and_releases_all(
    cloud: Cloud, runtime: Runtime
) -> None:
    deployment, calls = runtime.deployment, []
    url = deployment.dead_letter_queue_urls["sourceA"]
    send(cloud, url)

    def stop(params: dict[str, Any], **_: Any) -> None:
        calls.append(params["QueueUrl"])
        runtime.dead_letters.is_stopping.set()

    deployment.client("sqs").meta.events.register("provide-client-params.sqs.ReceiveMessage", stop)
    with pytest.raises(WorkStopped):
        runtime.dead_letters.start_reading(deployment).result()

    name = "ApproximateNumberOfMessagesNotVisible"
    sqs = deployment.client("sqs")
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
    assert calls.count(url) == 1
    assert counts[name] == "0"
