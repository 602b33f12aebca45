"""A retry starts only after S3 has deleted what the last extraction wrote."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failed_calls import Functions
from tests.integration.uploads.conftest import message
from tests.integration.used_grants import RecordingSession
from tests.support.canned import canned
from tests.support.files.dropped import keys_of, table


@pytest.mark.parametrize("folder", ["inserted", "extracted", "rejected"])
def test_a_file_is_not_read_again_while_an_old_object_is_left(
    cloud: Cloud, ingest: Ingest, functions: Functions, session: RecordingSession, folder: str
) -> None:
    record = cloud.drop("x.csv", table(3, bad=lambda n: n == 3))
    cloud.extract(record)
    cloud.insert()
    kept = cloud.keys(f"{folder}/")[0]
    upload_id = keys_of(record).upload_id

    denied = canned({"Errors": [{"Key": kept, "Code": "AccessDenied"}]})
    with session.hooked("before-call.s3.DeleteObjects", lambda **_: denied):
        result = ingest("retry", upload_id, "--force")

    assert result.exit_code == 5
    assert f"S3 did not delete 1 objects of the last extraction, such as {kept}" in message(result)
    assert functions.calls == []
    assert ingest("retry", upload_id, "--force").exit_code == 0
    assert len(functions.calls) == 1
