"""A file becomes parts, rejected rows and a report."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.files.extraction import Extraction
from tests.integration.cloud import Cloud, limit
from tests.integration.files.contracts import drain, report, table
from tests.support.factories import CANARY, Json


def rejected_lines(cloud: Cloud) -> list[Json]:
    keys = cloud.keys("rejected/")
    return [json.loads(line) for key in keys for line in cloud.content(key).splitlines()]


def test_every_row_of_a_file_is_stored_or_counted_as_rejected(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    record = cloud.drop("contracts.csv", table(50, bad=lambda n: n % 10 == 0))

    cloud.extract(record)
    between = report(cloud)
    cloud.insert()

    assert counts() == {
        "FileExtracted": 1,
        "RowAccepted": 45,
        "RowRejected": 5,
        "EventAccepted": 45,
    }
    found = report(cloud)
    assert between["state"] == "inserting"
    assert found["state"] == "done"
    assert found["rows"] == 50
    assert found["accepted"] == 45
    assert found["rejected"] == 5
    assert found["parts"] == 1
    assert found["rejections"] == {"invalid_entity": 5}
    assert found["started_at"] <= found["extracted_at"] <= found["inserted_at"]
    assert [line["line"] for line in rejected_lines(cloud)] == [11, 21, 31, 41, 51]
    drain(cloud)
    assert len(cloud.listed("CONTRACT")) == 45


def test_a_rejected_row_has_its_line_reason_and_content(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("contracts.csv", table(1, bad=lambda _: True)))

    assert rejected_lines(cloud) == [
        {
            "line": 2,
            "errors": [
                {
                    "reason": "invalid_entity",
                    "field": "contract_type",
                    "message": "Input should be 'goods', 'works' or 'services'",
                }
            ],
            "row": ["c-1", CANARY, "gifts", "active"],
        }
    ]
    message = "contract_type: Input should be 'goods', 'works' or 'services'"
    assert report(cloud)["examples"] == [
        {
            "line": 2,
            "reason": "invalid_entity",
            "message": message,
            "message_without_values": message,
        }
    ]
    assert report(cloud)["state"] == "done"


def test_a_part_has_a_maximum_number_of_rows(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("contracts.csv", table(2 * Extraction.part_rows + 1)))

    lines = [len(cloud.content(key).splitlines()) for key in cloud.keys("extracted/")]
    assert lines == [Extraction.part_rows, Extraction.part_rows, 1]
    assert report(cloud)["parts"] == 3


def test_a_part_has_a_maximum_number_of_bytes(cloud: Cloud) -> None:
    limit(cloud, part_bytes=2_000)

    cloud.extract(cloud.drop("contracts.csv", table(100)))

    assert report(cloud)["parts"] > 10
    assert max(len(cloud.content(key)) for key in cloud.keys("extracted/")) < 3_000


def test_rejected_rows_are_kept_per_part(cloud: Cloud) -> None:
    limit(cloud, part_rows=10)
    record = cloud.drop("x.csv", table(45, bad=lambda n: n in (1, 9) or 11 <= n <= 20 or n == 45))

    cloud.extract(record)
    cloud.insert()

    rejected = {
        Path(key).name: [json.loads(line)["line"] for line in cloud.content(key).splitlines()]
        for key in cloud.keys("rejected/")
    }
    assert rejected == {
        "part-00001.jsonl": [2, 10],
        "part-00002.jsonl": list(range(12, 22)),
        "part-00005.jsonl": [46],
    }
    extracted = [Path(key).name for key in cloud.keys("extracted/")]
    assert extracted == [f"part-{number:05}.jsonl" for number in (1, 3, 4, 5)]
    assert report(cloud)["parts"] == 5
    assert report(cloud)["state"] == "done"


def test_no_row_is_logged(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.extract(cloud.drop("x.csv", table(9, bad=lambda n: n % 2 == 0)))
    cloud.insert()

    printed = capsys.readouterr()
    assert CANARY not in printed.out + printed.err
    assert "FileExtracted" in printed.out
