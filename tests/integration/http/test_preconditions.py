"""Conditional corrections: when a condition holds, and what its failure returns."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.integration.http.conditions import (
    PATH,
    Counts,
    etag,
    published,
    row,
    store_ahead,
    version_of,
)
from tests.integration.http.test_refused_requests import assert_problem
from tests.support.factories import contract, delete_event, event

OTHER = "If-Match names another version: GET the entity, and send its ETag as If-Match"
EXISTS = "to replace it, send its ETag as If-Match"
MODIFIED = "the entity was stored after If-Unmodified-Since"

BODY = contract(contract_name="corrected")


def test_a_correction_with_the_etag_frees_an_entity_of_a_later_time(
    cloud: Cloud, counts: Counts
) -> None:
    ahead = store_ahead(cloud)

    response = cloud.correct("PUT", PATH, BODY, if_match=etag(cloud))
    correction = published(cloud)
    cloud.store(correction)

    assert response.status == 202
    assert correction.replaces is not None
    assert correction.replaces.model_dump() == version_of(ahead)
    assert row(cloud)["contract_name"] == "corrected"
    assert row(cloud)["_event"]["replaces"] == version_of(ahead)
    later = timestamp(datetime.fromisoformat(correction.time) + timedelta(seconds=1))
    cloud.store(event(contract(contract_name="later"), time=later, receivedat=later))
    assert row(cloud)["contract_name"] == "later"
    assert counts()["EventStored"] == 3


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("if_match", ["*", "the tag", 'W/"other", the tag', "the packed tag"])
def test_a_condition_that_holds_is_accepted(cloud: Cloud, method: str, if_match: str) -> None:
    cloud.store(event())
    packed = etag(cloud).replace('"', "").join(['"', '-gzip"'])
    condition = if_match.replace("the tag", etag(cloud)).replace("the packed tag", packed)

    response = cloud.correct(method, PATH, BODY if method == "PUT" else "", if_match=condition)

    assert response.status == 202
    assert published(cloud).replaces == event().version


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("condition", "detail"),
    [
        ({"if_match": '"other"'}, OTHER),
        ({"if_match": "W/{tag}"}, OTHER),
        ({"if_match": '"other"', "if_none_match": '"third"'}, OTHER),
        ({"if_none_match": "*"}, EXISTS),
        ({"if_none_match": '"other", {tag}'}, EXISTS),
        ({"if_none_match": "W/{tag}"}, EXISTS),
        ({"if_match": "{tag}", "if_none_match": "{tag}"}, EXISTS),
        ({"if_unmodified_since": "Sat, 31 Jan 2026 12:00:00 GMT"}, MODIFIED),
        ({"if_unmodified_since": "Saturday, 31-Jan-26 12:00:00 GMT"}, MODIFIED),
        ({"if_unmodified_since": "Sat Jan 31 12:00:00 2026"}, MODIFIED),
    ],
)
def test_a_condition_that_is_false_gets_412_and_changes_nothing(
    cloud: Cloud, method: str, condition: dict[str, str], detail: str
) -> None:
    cloud.store(event())
    tag = etag(cloud)
    headers = {name: value.replace("{tag}", tag) for name, value in condition.items()}

    response = cloud.correct(method, PATH, BODY if method == "PUT" else "", **headers)

    assert_problem(response, 412, detail)
    assert cloud.queued("operator") == []


def test_if_match_of_an_entity_that_does_not_exist_is_false(cloud: Cloud) -> None:
    any_version = cloud.correct("PUT", PATH, BODY, if_match="*")
    one_version = cloud.correct("PUT", PATH, BODY, if_match='"a"')

    assert_problem(any_version, 412, "create it with If-None-Match: *")
    assert_problem(one_version, 412, "create it with If-None-Match: *")


@pytest.mark.parametrize("condition", ["", "a", '"a', '"a" "b"', 'w/"a"', '*, "a"', '"a\nb"'])
@pytest.mark.parametrize("name", ["if_match", "if_none_match"])
def test_a_malformed_condition_gets_400(cloud: Cloud, name: str, condition: str) -> None:
    cloud.store(event())

    response = cloud.correct("PUT", PATH, BODY, **{name: condition})

    assert_problem(response, 400, "must be * or ETags in double quotes, as GET returns them")


def test_a_long_run_of_commas_is_refused_in_linear_time(cloud: Cloud) -> None:
    # With backtracking, this would take longer than the age of the universe.
    response = cloud.correct("PUT", PATH, BODY, if_match=f'"a"{"," * 5_000}x')

    assert response.status == 400


def last_modified(cloud: Cloud) -> str:
    return cloud.read(PATH).headers["Last-Modified"]


def test_an_entity_that_was_not_stored_since_its_last_modified_date_is_corrected(
    cloud: Cloud,
) -> None:
    cloud.store(event())

    response = cloud.correct("PUT", PATH, BODY, if_unmodified_since=last_modified(cloud))

    assert response.status == 202
    assert published(cloud).replaces is None


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "",
        "2026-01-31",
        "31 Foo 2026 12:00:00 GMT",
        f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT",
        f"Mon, 01 Jan 2024 00:00:00 +{'9' * 20}",
    ],
)
def test_a_date_that_cannot_be_read_sets_no_condition(cloud: Cloud, date: str) -> None:
    cloud.store(event())

    assert cloud.correct("PUT", PATH, BODY, if_unmodified_since=date).status == 202


def test_a_date_sets_no_condition_beside_an_etag_or_without_an_entity(cloud: Cloud) -> None:
    long_ago = format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True)

    created = cloud.correct("PUT", PATH, BODY, if_unmodified_since=long_ago)
    cloud.store(published(cloud))
    corrected = cloud.correct("DELETE", PATH, if_match=etag(cloud), if_unmodified_since=long_ago)

    assert [created.status, corrected.status] == [202, 202]


@pytest.mark.parametrize("condition", ["*", '"a"'])
def test_an_entity_that_does_not_exist_is_created(cloud: Cloud, condition: str) -> None:
    response = cloud.correct("PUT", PATH, BODY, if_none_match=condition)

    assert response.status == 202
    assert published(cloud).replaces is None


def test_a_creation_replaces_a_deletion_of_a_later_time(cloud: Cloud) -> None:
    deletion = store_ahead(cloud, delete_event)

    refused = cloud.correct("PUT", PATH, BODY)
    created = cloud.correct("PUT", PATH, BODY, if_none_match="*")
    cloud.store(published(cloud))

    assert [refused.status, created.status] == [409, 202]
    assert row(cloud)["contract_name"] == "corrected"
    assert row(cloud)["_event"]["replaces"] == version_of(deletion)
