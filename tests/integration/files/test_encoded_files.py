"""A file that is not of its source's encoding always gets a report with the reason."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.support.factories import Json, catalog_document

TABLE = "contract_id,contract_name,contract_type,contract_status\nc-1,a,goods,active\n"


def report_of(cloud: Cloud, encoding: str, content: bytes) -> Json:
    """Return the report of a table of a source with this encoding."""
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = {"encoding": encoding}
    cloud.write_catalog(document)
    cloud.extract(cloud.drop("contracts.csv", content))
    [key] = cloud.keys("reports/")
    report: Json = json.loads(cloud.content(key))
    return report


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (TABLE.encode("utf-16-le"), "wrong_encoding"),
        (TABLE.encode(), "wrong_encoding"),
        (TABLE.encode()[:-1], "wrong_encoding"),
        (b"", "empty"),
    ],
    ids=["no mark", "UTF-8", "odd length", "nothing"],
)
def test_a_file_of_another_encoding_is_refused_with_the_reason(
    cloud: Cloud, encoding: str, content: bytes, reason: str
) -> None:
    report = report_of(cloud, encoding, content)

    assert report["refused"] == reason
    assert report["detail"]
    assert report["accepted"] == 0


def test_the_rows_before_the_cut_of_a_file_are_accepted(cloud: Cloud) -> None:
    report = report_of(cloud, "utf-16", f"{TABLE}c-2".encode("utf-16")[:-1])

    assert report["refused"] == "wrong_encoding"
    assert report["accepted"] == 1
