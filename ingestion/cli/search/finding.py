"""Opens the search of an environment, and hides personal data in what it finds."""

from typing import Any

import entities
from ingestion.catalog import READER
from ingestion.cli import redact_output
from ingestion.cli.client.api_reader import ApiReader
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.login.known import LOGIN_COMMAND, outputs_command
from ingestion.cli.output import exit_with_error
from ingestion.intake.hidden_values import HIDDEN

Json = dict[str, Any]


def open_search(deployment: Deployment | ApiAccess) -> ApiReader:
    """Return a reader of the API with the reader's key. The command ends if there is none."""
    if isinstance(deployment, ApiAccess):
        return ApiReader.connect(deployment.url, deployment.key)
    key = deployment.find_api_key(READER) or deployment.reader_api_key
    if not key:
        exit_with_error(
            f"the reader's key of {deployment.environment} is unknown: set INGEST_KEY to the key,"
            f" run `{outputs_command(deployment.environment)}` in a checkout, or `{LOGIN_COMMAND}`"
        )
    return ApiReader.connect(deployment.api_url, key)


def without_personal_data(hit: Json) -> Json:
    """Hide the personal fields of an entity, and its highlights if the index holds such fields."""
    hit = redact_output.stored_data(hit)
    model = entities.models().get(hit["entity_name"])
    if model and not model.personal_fields() - model.unsearchable_fields():
        return hit
    parts = [[{"text": HIDDEN, "match": False}] for _ in hit["highlights"]]
    return hit | {"highlights": parts}
