import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws
from moto.moto_api._internal.models import MotoAPIBackend, moto_api_backend
from typer.testing import CliRunner, Result

from ingestion.cli import app, output
from ingestion.cli.checkout import Checkout
from ingestion.store.outcomes import MOVED_BY_QUEUE
from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import Gateway
from tests.integration.dead_letters.failed_calls import Functions
from tests.integration.moto_queues import answer_one_call_at_a_time
from tests.integration.resources import SUBSCRIBER
from tests.integration.signing import StoredSecret
from tests.integration.used_grants import RecordingSession, difference, used
from tests.support.endpoint import Endpoint
from tests.support.factories import CATALOG_YAML, Json, lines
from tests.support.logs import emf
from tests.support.servers import serving
from tests.support.terminal.in_process import Shown, show
from tests.support.terraform.planned import Plan

AUDIT = "/ingestion-test/audit"  # As planned.

Ingest = Callable[..., Result]
See = Callable[..., Shown]
Said = Callable[[], list[Any]]


@pytest.fixture(scope="session")
def session() -> RecordingSession:
    """One session, which reads the services' descriptions once and not for every test."""
    return RecordingSession("eu-central-1")


@pytest.fixture(scope="session")
def boto3_session(session: RecordingSession) -> boto3.Session:
    """Return one boto3 session for all tests: each new session registers its handlers again."""
    return boto3.Session(botocore_session=session)


@pytest.fixture(scope="module")
def moto() -> Iterator[MotoAPIBackend]:
    """Answer the calls of a file's tests with moto. Starting it takes as long as a table."""
    config: Any = {"core": {"reset_boto3_session": False}}
    with mock_aws(config=config), pytest.MonkeyPatch.context() as patching:
        answer_one_call_at_a_time(patching)
        yield moto_api_backend


@pytest.fixture
def cloud(
    moto: MotoAPIBackend,
    session: RecordingSession,
    boto3_session: boto3.Session,
    planned: Plan,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cloud]:
    """Yield the platform on moto. Fail if a handler makes a call that its role does not allow."""
    moto.reset()
    session.calls.clear()
    session.take_back()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3_session)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    # Moto knows no account's own address of a table's stream.
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    variables = planned.functions[0].environment
    namespace = variables["POWERTOOLS_METRICS_NAMESPACE"]
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", namespace)
    # Powertools keeps one logger a service, and with it the output of the test that made it.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"service-{uuid4()}")
    yield Cloud(monkeypatch, tmp_path, boto3_session, planned)
    assert difference(used(planned, session.calls), planned.grants) == [], "used, not granted"


def _check_not_stored(totals: Counter[str], found: Counter[tuple[str, ...]]) -> None:
    """Compare EventNotStored with the outcomes of the messages that the worker acknowledged."""
    outcomes = sum(totals[f"Event{name}"] for name in ("Superseded", "Duplicated", "DeadLettered"))
    moved = sum(count for key, count in found.items() if key[2:] == (MOVED_BY_QUEUE,))
    assert totals.pop("EventNotStored", 0) == outcomes - moved


@pytest.fixture
def counts(capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, int]]:
    """Return a function that returns the metrics of sources printed since its last call.

    It checks EventNotStored, which repeats other outcomes for an alarm, and leaves it out.
    """

    def read() -> dict[str, int]:
        found = emf.published(lines(capsys.readouterr().out))
        totals: Counter[str] = Counter()
        for (metric, *dimensions), count in found.items():
            if len(dimensions) == 1:
                totals[metric] += count
        _check_not_stored(totals, found)
        return dict(totals)

    return read


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Return a function that returns the log lines printed since its last call."""
    return lambda: lines(capsys.readouterr().out)


@pytest.fixture
def delivery_secret(cloud: Cloud) -> StoredSecret:
    """Return the secret that signs the subscriber's changes."""
    return StoredSecret(cloud.outputs["subscriber_secret_names"][SUBSCRIBER])


@pytest.fixture
def endpoint(cloud: Cloud, delivery_secret: StoredSecret) -> Iterator[Endpoint]:  # noqa: ARG001 - signs
    """Yield a server that acts as the subscriber's endpoint."""
    with serving(Endpoint()) as server:
        cloud.environment.setenv("SUBSCRIBER_URL", server.url)
        cloud.rebuild()
        yield server
        cloud.delivery_runtime.http.clear()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a checkout that holds the shipped catalog and no environment."""
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    checkout.catalog_file.write_text(CATALOG_YAML.read_text())
    return checkout


@pytest.fixture
def run(cloud: Cloud, checkout: Checkout) -> Ingest:
    """Run `ingest …` against the platform on moto."""
    assert cloud.messaging
    boto3.client("logs").create_log_group(logGroupName=AUDIT)
    outputs = cloud.outputs | {"api_url": "https://api.example.com"}
    file = checkout.outputs_file("local")
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(outputs))

    runner = CliRunner(env={"COLUMNS": "1000"})  # Paths of any length break no message.

    def invoke(*arguments: str, stdin: str = "") -> Result:
        return runner.invoke(app.app, arguments, input=stdin, obj=checkout)

    return invoke


@pytest.fixture
def see(
    run: Ingest,  # noqa: ARG001 - makes the outputs
    checkout: Checkout,
    monkeypatch: pytest.MonkeyPatch,
) -> See:
    """Run `ingest …` in a terminal of a given width."""
    monkeypatch.setenv("TERM", "xterm")
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str, columns: int = 80, typed: str = "") -> Shown:
        # Other tests may have imported the module with a width of their own.
        monkeypatch.setattr(output.console, "width", columns)

        def command() -> int:
            with pytest.raises(SystemExit) as ended:
                app.app(arguments, prog_name="ingest", obj=checkout)
            return int(ended.value.code or 0)

        return show(command, columns, typed)

    return invoke


@pytest.fixture
def gateway(cloud: Cloud, run: Ingest, checkout: Checkout) -> Iterator[Gateway]:  # noqa: ARG001 - makes the outputs
    """Yield the API of the platform on moto, and make it that of the environment."""
    file = checkout.outputs_file("local")
    with serving(Gateway(cloud)) as server:
        file.write_text(json.dumps(json.loads(file.read_text()) | {"api_url": server.url}))
        yield server


@pytest.fixture
def run_quickly(run: Ingest, session: RecordingSession) -> Iterator[Ingest]:
    """Run `ingest …` against the platform on moto, without long polling."""
    with session.hooked("provide-client-params.sqs.ReceiveMessage", _without_waiting):
        yield run


@pytest.fixture
def ingest(run_quickly: Ingest) -> Ingest:
    """Run `ingest dlq …` against the platform on moto, without long polling."""
    return partial(run_quickly, "dlq")


@pytest.fixture
def functions(session: RecordingSession) -> Iterator[Functions]:
    """Yield a stand-in for Lambda, which needs Docker on moto."""
    functions = Functions()
    with session.hooked("before-call.lambda.Invoke", functions.invoke):
        yield functions


def _without_waiting(params: Json, **_: Any) -> Json:
    return params | {"WaitTimeSeconds": 0}
