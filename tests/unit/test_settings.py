import json
from collections.abc import Callable
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
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "READER_KEY_DIGESTS": "more-digests",
    "CHANGE_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:changes.fifo",
    "SUBSCRIBER": "billing",
    "SUBSCRIBER_URL": "https://example.com/changes",
    "DELIVERY_SECRET_PREFIX": "ingestion-test-delivery/",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set all variables that Terraform sets."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_the_api_reads_its_own_variables() -> None:
    found = settings.ApiSettings()

    assert found.table_name == "entities"
    assert found.bucket == "drop"
    assert found.max_upload_bytes == 1_000
    assert found.topic_arn == ENVIRONMENT["TOPIC_ARN"]
    assert found.api_key_digests == "digests"
    assert not found.open_docs
    assert found.api_url is None


def test_the_api_reads_the_prefix_of_secrets_and_the_table_of_claims() -> None:
    found = settings.WebhookSettings()

    assert found.secret_prefix == "ingestion-test-webhook/"
    assert found.claims_table_name == "claims"


def test_the_api_reads_its_address_and_whether_its_documentation_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("API_URL", "https://api.example.com")
    monkeypatch.setenv("OPEN_DOCS", "true")

    found = settings.ApiSettings()

    assert found.open_docs
    assert found.api_url == "https://api.example.com"


def test_the_read_api_reads_its_own_variables() -> None:
    found = settings.QuerySettings()

    assert found.table_name == "entities"
    assert found.reader_key_digests == "more-digests"


def test_the_worker_reads_its_own_variables() -> None:
    found = settings.WorkerSettings()

    assert found.source == "sourceA"
    assert found.table_name == "entities"
    assert found.dead_letter_queue_url == "https://sqs.example.com/dlq.fifo"
    assert found.tombstone_days == 30
    assert found.max_receive_count == 5


def test_the_extractor_reads_its_own_variables() -> None:
    found = settings.ExtractorSettings()

    assert found.table_name == "entities"
    assert found.bucket == "drop"
    assert found.max_upload_bytes == 1_000
    assert found.memory_mb == 1769


def test_the_inserter_reads_its_own_variables() -> None:
    found = settings.InserterSettings()

    assert found.bucket == "drop"
    assert found.topic_arn == ENVIRONMENT["TOPIC_ARN"]


def test_the_function_that_publishes_changes_reads_its_own_variables() -> None:
    found = settings.ChangesSettings()

    assert found.change_topic_arn == ENVIRONMENT["CHANGE_TOPIC_ARN"]


def test_the_function_that_delivers_changes_reads_its_own_variables() -> None:
    found = settings.DeliverySettings()

    assert found.subscriber == "billing"
    assert found.subscriber_url == ENVIRONMENT["SUBSCRIBER_URL"]
    assert found.secret_prefix == "ingestion-test-delivery/"


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("TOPIC_ARN", settings.ApiSettings),
        ("API_KEY_DIGESTS", settings.ApiSettings),
        ("BUCKET", settings.ApiSettings),
        ("MAX_UPLOAD_BYTES", settings.ApiSettings),
        ("OPEN_DOCS", settings.ApiSettings),
        ("TABLE_NAME", settings.ApiSettings),
        ("TABLE_NAME", settings.QuerySettings),
        ("READER_KEY_DIGESTS", settings.QuerySettings),
        ("SOURCE", settings.WorkerSettings),
        ("WEBHOOK_SECRET_PREFIX", settings.WebhookSettings),
        ("CLAIMS_TABLE_NAME", settings.WebhookSettings),
        ("CLAIM_DAYS", settings.WebhookSettings),
        ("TABLE_NAME", settings.WorkerSettings),
        ("DEAD_LETTER_QUEUE_URL", settings.WorkerSettings),
        ("TOMBSTONE_DAYS", settings.WorkerSettings),
        ("MAX_RECEIVE_COUNT", settings.WorkerSettings),
        ("TABLE_NAME", settings.ExtractorSettings),
        ("BUCKET", settings.ExtractorSettings),
        ("MAX_UPLOAD_BYTES", settings.ExtractorSettings),
        ("BUCKET", settings.InserterSettings),
        ("TOPIC_ARN", settings.InserterSettings),
        ("CHANGE_TOPIC_ARN", settings.ChangesSettings),
        ("SUBSCRIBER", settings.DeliverySettings),
        ("SUBSCRIBER_URL", settings.DeliverySettings),
        ("DELIVERY_SECRET_PREFIX", settings.DeliverySettings),
    ],
)
def test_a_missing_variable_raises_an_error_with_its_name(
    name: str, factory: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(KeyError, match=name):
        factory()


def test_the_catalog_is_read_from_the_packaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sources.json"
    file.write_text(json.dumps(catalog_document()))
    monkeypatch.setenv("CATALOG_FILE", str(file))

    found = settings.packaged_catalog()

    assert found == catalog()


def test_the_openapi_document_is_read_from_the_packaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "openapi.json"
    file.write_text('{"openapi": "3.1.0"}')
    monkeypatch.setenv("OPENAPI_FILE", str(file))

    found = settings.packaged_openapi()

    assert found == {"openapi": "3.1.0"}
