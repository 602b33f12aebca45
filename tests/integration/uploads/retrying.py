"""Reads uploads of tests, and what the commands say about them."""

from tests.integration.cloud import Cloud
from tests.integration.dead_letters.failed_calls import Functions
from tests.support.factories import Json
from tests.support.files.dropped import keys_of, report_on, table

Rows = dict[str, Json]


def read(cloud: Cloud, record: Json) -> str:
    """Extract, insert and store an upload. Return its id."""
    cloud.extract(record)
    cloud.insert()
    cloud.serve("sourceB")
    assert cloud.work(*cloud.queued()) == []
    return keys_of(record).upload_id


def run_calls(cloud: Cloud, functions: Functions) -> Rows:
    """Do what the platform does after a retry, and return the stored rows."""
    [(name, payload)] = functions.calls
    functions.calls.clear()
    assert name == cloud.outputs["function_names"]["extractor"]
    read(cloud, *payload["Records"])
    return cloud.rows()


def refused(cloud: Cloud) -> Json:
    """Read a file of sourceB with a column that no field has."""
    record = cloud.drop("x.csv", table(2).replace("contract_name", "Name"))
    read(cloud, record)
    assert report_on(cloud, record)["refused"] == "unknown_column"
    return record
