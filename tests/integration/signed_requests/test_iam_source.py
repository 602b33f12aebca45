"""A source that signs with AWS credentials: the gateway names the caller, who must be listed."""

from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.integration.signing import Signing, planned_signing
from tests.support.factories import milestone
from tests.support.invocations import request
from tests.support.terraform.planned import Plan

SESSION = "arn:aws:sts::123456789012:assumed-role/Sender/session"
MILESTONE = {"entity_name": "MILESTONE", "body": milestone()}


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.fixture
def signing(cloud: Cloud) -> Signing:
    return Signing(cloud)


def ask(
    cloud: Cloud, user_arn: str | None, path: str = "c", body: Any = MILESTONE, key: str = ""
) -> Response:
    event = request(path, body, source=key or None)
    if user_arn is not None:
        event["requestContext"]["identity"] |= {"userArn": user_arn, "caller": "AROA:session"}
    return cloud.ask(event)


def test_a_named_principal_may_post_and_upload(signing: Signing) -> None:
    events = ask(signing.cloud, SESSION)
    upload = ask(signing.cloud, SESSION, "c/uploads", {"name": "rows.csv", "size": 5})

    assert events.status == 202
    assert upload.status == 201
    assert len(signing.cloud.queued("sourceC")) == 1


@pytest.mark.parametrize(
    "user_arn",
    [
        pytest.param(None, id="no caller, as if the gateway required no signature"),
        pytest.param("arn:aws:iam::123456789012:root", id="account"),
        pytest.param("arn:aws:sts::123456789012:assumed-role/Another/session", id="another role"),
    ],
)
@pytest.mark.parametrize("path", ["c", "c/uploads"])
def test_every_other_caller_gets_403(signing: Signing, user_arn: str | None, path: str) -> None:
    response = ask(signing.cloud, user_arn, path)

    assert response.status == 403
    assert response.document["status"] == 403
    assert signing.cloud.routed() == 0


def test_an_api_key_does_not_replace_a_signature(signing: Signing) -> None:
    response = ask(signing.cloud, None, key="sourceC")

    assert response.status == 403


def test_a_principal_of_one_source_is_refused_by_another(signing: Signing) -> None:
    response = ask(signing.cloud, SESSION, "a")

    assert response.status == 403
