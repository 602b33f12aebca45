from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
import pytest
from botocore.config import Config
from pydantic import ValidationError

from ingestion.files.upload_url import MAX_NAME_CHARACTERS, VALID_SECONDS, UploadRequest, UploadUrls
from ingestion.syntax.times import timestamp


@pytest.mark.parametrize("name", ["a.csv", "Verträge 1+2 (neu).xlsx", "a.jsonl.gz", "a.zip"])
def test_each_url_uploads_one_new_object_to_the_folder_of_its_source(name: str) -> None:
    s3 = boto3.client(
        "s3",
        region_name="eu-central-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(signature_version="s3v4"),
    )
    urls = UploadUrls(s3, "drop", 1_000)
    before = datetime.now(UTC)

    first, second = (urls.presign("sourceB", {"name": name, "size": 7}) for _ in range(2))

    assert first.key != second.key
    assert first.key.startswith("uploads/sourceB/")
    assert first.key.endswith(f"/{name}")
    url = urlsplit(first.url)
    assert unquote(url.path) == f"/{first.key}"
    query = parse_qs(url.query)
    assert query["X-Amz-Expires"] == [str(VALID_SECONDS)]
    assert query["X-Amz-SignedHeaders"] == ["content-length;host;if-none-match"]
    assert first.headers == {"Content-Length": "7", "If-None-Match": "*"}
    assert first.expires_at >= timestamp(before + timedelta(seconds=VALID_SECONDS))
    assert first.method == "PUT"
    assert first.max_bytes == 1_000


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "at least 1"),
        ("x" * MAX_NAME_CHARACTERS + ".csv", "at most"),
        ("a/b.csv", "without folders"),
        ("../a.csv", "without folders"),
        ("a\n.csv", "printable"),
        ("a\u202e.csv", "printable"),
        ("a", ".csv, .tsv, .json, .jsonl, .xlsx"),
        ("a.pdf", ".csv"),
        ("a.gz", ".csv"),
    ],
)
def test_an_invalid_file_name_is_refused(name: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        UploadRequest(name=name, size=7)
