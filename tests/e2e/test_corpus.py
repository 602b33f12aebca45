"""Every hostile request over HTTP: the gateway and the API respond as documented."""

import time
from collections import Counter
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from boto3.dynamodb.types import TypeDeserializer

from infra.tools.stack import ledger
from ingestion.cli.environment import Deployment
from ingestion.store.table import ID, is_field
from tests.e2e.platform import wait_until_idle
from tests.faults.corpus.inputs import Answer, Request
from tests.faults.corpus.requests import REQUESTS


def test_every_hostile_request_gets_the_documented_response_and_accepted_events_are_stored(
    deployment: Deployment,
) -> None:
    since_ms = wait_until_idle(deployment)

    responses = {sent.name: post(deployment, sent) for sent in REQUESTS}

    assert responses == {sent.name: sent.answer for sent in REQUESTS}
    wait_until_idle(deployment)
    made = {
        source: Counter(stored=sum(sent.event_count for sent in REQUESTS if sent.key == source))
        for source in deployment.api_keys
    }
    assert {source: ledger.outcomes(deployment, source, since_ms) for source in made} == made
    expected = {key: row for sent in REQUESTS for key, row in sent.rows.items()}
    found = entities(deployment)
    assert {key: found.get(key) for key in expected} == expected


def post(deployment: Deployment, sent: Request) -> Answer:
    """Send the request again after each 429, and return the first other response.

    The path is sent unchanged, because most clients normalize paths.
    """
    url = urlsplit(deployment.api_url)
    headers = {"Content-Type": "application/json"} | {**sent.headers}
    if sent.key is not None:
        headers["x-api-key"] = deployment.api_keys.get(sent.key, sent.key)
    while True:
        connection = HTTPConnection(str(url.hostname), url.port, timeout=120)
        connection.request(sent.method, f"{url.path}/{sent.path}", sent.content, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if response.status != 429:
            return Answer.read(response.status, response.headers["Content-Type"], content)
        time.sleep(int(response.headers["Retry-After"]))


def entities(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """Return the entities in the table by key, without the fields that the platform adds."""
    pages = deployment.client("dynamodb").get_paginator("scan")
    read = TypeDeserializer().deserialize
    return {
        item[ID]["S"]: {name: read(value) for name, value in item.items() if is_field(name)}
        for page in pages.paginate(TableName=deployment.table_name)
        for item in page["Items"]
    }
