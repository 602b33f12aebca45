import gc
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingestion import settings
from tests.support.factories import catalog, catalog_document

ENVIRONMENT = {
    "TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:router.fifo",
    "API_KEY_DIGESTS": "digests",
    "OPEN_DOCS": "false",
    "WEBHOOK_SECRET_PREFIX": "ingestion-test-webhook/",
    "CLAIMS_TABLE_NAME": "claims",
    "CLAIM_DAYS": "7",
    "SOURCE": "sourceA",
    "TABLE_NAME": "entities",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.example.com/dlq.fifo",
    "TOMBSTONE_DAYS": "30",
    "MAX_RECEIVE_COUNT": "5",
    "BUCKET": "drop",
    "MAX_UPLOAD_BYTES": "1000",
    "CURSOR_KEY": "key",
    "READER_KEY_DIGESTS": "more-digests",
    "CHANGE_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:changes.fifo",
    "SUBSCRIBER": "billing",
    "SUBSCRIBER_URL": "https://example.com/changes",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything that Terraform sets; what the factories remember is forgotten around each test."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    forget()
    yield
    forget()


def forget() -> None:
    settings.api_settings.cache_clear()
    settings.webhook_settings.cache_clear()
    settings.query_settings.cache_clear()
    settings.worker_settings.cache_clear()
    settings.extractor_settings.cache_clear()
    settings.inserter_settings.cache_clear()
    settings.changes_settings.cache_clear()
    settings.delivery_settings.cache_clear()
    settings.catalog.cache_clear()
    settings.openapi_document.cache_clear()


def test_the_api_reads_its_own_variables() -> None:
    found = settings.api_settings()

    assert (found.bucket, found.max_upload_bytes) == ("drop", 1_000)
    assert found.topic_arn == ENVIRONMENT["TOPIC_ARN"]
    assert found.api_key_digests == "digests"
    assert (found.open_docs, found.api_url) == (False, None)


def test_the_api_is_told_where_secrets_and_claims_are() -> None:
    found = settings.webhook_settings()

    assert (found.secret_prefix, found.claims_table_name) == ("ingestion-test-webhook/", "claims")


def test_the_api_may_be_told_its_address_and_that_its_description_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("API_URL", "https://api.example.com")
    monkeypatch.setenv("OPEN_DOCS", "true")

    found = settings.api_settings()

    assert (found.open_docs, found.api_url) == (True, "https://api.example.com")


def test_the_read_api_reads_its_own_variables() -> None:
    found = settings.query_settings()

    assert (found.table_name, found.cursor_key) == ("entities", "key")
    assert found.reader_key_digests == "more-digests"


def test_the_worker_reads_its_own_variables() -> None:
    found = settings.worker_settings()

    assert (found.source, found.table_name, found.dead_letter_queue_url, found.tombstone_days) == (
        "sourceA",
        "entities",
        "https://sqs.example.com/dlq.fifo",
        30,
    )
    assert found.max_receive_count == 5


def test_the_functions_of_files_read_their_own_variables() -> None:
    extractor, inserter = settings.extractor_settings(), settings.inserter_settings()

    assert (extractor.bucket, extractor.max_upload_bytes) == ("drop", 1_000)
    assert (inserter.bucket, inserter.topic_arn) == ("drop", ENVIRONMENT["TOPIC_ARN"])


def test_the_change_functions_read_their_own_variables() -> None:
    assert settings.changes_settings().change_topic_arn == ENVIRONMENT["CHANGE_TOPIC_ARN"]
    assert settings.delivery_settings().subscriber == "billing"
    assert settings.delivery_settings().subscriber_url == ENVIRONMENT["SUBSCRIBER_URL"]


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("TOPIC_ARN", settings.api_settings),
        ("API_KEY_DIGESTS", settings.api_settings),
        ("BUCKET", settings.api_settings),
        ("MAX_UPLOAD_BYTES", settings.api_settings),
        ("OPEN_DOCS", settings.api_settings),
        ("TABLE_NAME", settings.query_settings),
        ("CURSOR_KEY", settings.query_settings),
        ("READER_KEY_DIGESTS", settings.query_settings),
        ("SOURCE", settings.worker_settings),
        ("WEBHOOK_SECRET_PREFIX", settings.webhook_settings),
        ("CLAIMS_TABLE_NAME", settings.webhook_settings),
        ("CLAIM_DAYS", settings.webhook_settings),
        ("TABLE_NAME", settings.worker_settings),
        ("DEAD_LETTER_QUEUE_URL", settings.worker_settings),
        ("TOMBSTONE_DAYS", settings.worker_settings),
        ("MAX_RECEIVE_COUNT", settings.worker_settings),
        ("BUCKET", settings.extractor_settings),
        ("MAX_UPLOAD_BYTES", settings.extractor_settings),
        ("BUCKET", settings.inserter_settings),
        ("TOPIC_ARN", settings.inserter_settings),
        ("CHANGE_TOPIC_ARN", settings.changes_settings),
        ("SUBSCRIBER", settings.delivery_settings),
        ("SUBSCRIBER_URL", settings.delivery_settings),
    ],
)
def test_a_missing_variable_fails_by_its_name(
    name: str, factory: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(KeyError, match=name):
        factory()


def test_the_catalog_is_the_packaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sources.json"
    file.write_text(json.dumps(catalog_document()))
    monkeypatch.setenv("CATALOG_FILE", str(file))

    found = settings.catalog()

    assert found == catalog()


def test_the_openapi_document_is_the_packaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "openapi.json"
    file.write_text('{"openapi": "3.1.0"}')
    monkeypatch.setenv("OPENAPI_FILE", str(file))

    assert settings.openapi_document() == {"openapi": "3.1.0"}


def test_clients_are_made_early_in_lambda_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    settings.initialize(lambda: made.append("elsewhere"))
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "api")

    try:
        settings.initialize(lambda: made.append("client"), lambda: made.append("another"))
    finally:
        gc.unfreeze()

    assert made == ["client", "another"]
