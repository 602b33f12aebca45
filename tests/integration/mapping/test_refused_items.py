"""The answer says in the words of rules why an item makes no valid event."""

from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source
from tests.integration.response import Response
from tests.support.factories import Json, submission

CONTRACT: Json = {
    "entity": "CONTRACT",
    "id": "item.id",
    "fields": {
        "contract_name": "item.name",
        "contract_type": {"const": "goods"},
        "contract_status": "item.state",
    },
}
NO_VALUE = "is required, but the rule gives it no value: send one, or add a `default`"
NO_TEXT = "must be a text: add `text: true` to the rule"


def errors(response: Response) -> dict[str, str]:
    """Return the messages of a response by field."""
    return {error["field"]: error["message"] for error in response.document["errors"]}


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"name": None, "state": "active"}, NO_VALUE),
        ({"name": 7, "state": "active"}, NO_TEXT),
    ],
)
def test_a_field_without_a_valid_value_is_named_with_its_rule(
    cloud: Cloud, payload: Json, message: str
) -> None:
    map_source(cloud, CONTRACT)

    response = cloud.post({"id": "c-1"} | payload)

    assert response.status == 422
    assert errors(response) == {"rule 1 (CONTRACT), contract_name": message}


def test_a_form_without_a_required_value_is_refused_in_the_same_words(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT)

    response = cloud.post("id=c-1&state=active", content_type="application/x-www-form-urlencoded")

    assert errors(response) == {"rule 1 (CONTRACT), contract_name": NO_VALUE}


def test_a_failing_ignore_names_no_rule(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT, ignore="abs(payload.id) > `1`")

    response = cloud.post({"id": "c-1"})

    assert errors(response) == {"ignore": "abs() takes number, not string"}
    assert response.document["events"] == [{"index": 0, "status": "rejected"}]


def test_native_senders_get_the_words_of_fields(cloud: Cloud) -> None:
    event: Any = submission()
    del event["body"]["contract_name"]

    response = cloud.post(event)

    assert errors(response) == {"body.contract_name": "Field required"}
