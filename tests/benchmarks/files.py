"""How fast a large CSV is extracted, in how much memory, and what parsing adds to validating."""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import boto3
import typer
from rich.console import Console
from rich.table import Table

from infra.tools.emulator import Emulator
from ingestion import extractor
from ingestion.deployment import load_catalog
from ingestion.mapping import Cells
from ingestion.rows import read_table
from tests.e2e.conftest import free_port
from tests.factories import context, s3_record, upload

BUCKET = "drop"
SOURCE = "sourceC"
HEADER = ["milestone_id", "contract_id", "description", "start_date", "end_date"]
ROUNDS = 5
SAMPLE_ROWS = 100_000
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}

app = typer.Typer(add_completion=False)


def write_table(file: Path, rows: int) -> None:
    """A table of milestones, about 100 bytes a row, one in a hundred bad."""
    words = random.Random(1)
    with file.open("w") as text:
        text.write(",".join(HEADER) + "\n")
        for number in range(rows):
            day = "2026-02-30" if number % 100 == 99 else "2026-02-28"
            note = words.randbytes(22).hex()
            text.write(f"m-{number:08},contract-{number % 997:04},{note},2026-01-31,{day}\n")


@app.command()
def run(
    rows: Annotated[int, typer.Option(min=1)] = 1_000_000,
    output: Annotated[str, typer.Option("--output", "-o", help="table or json.")] = "table",
) -> None:
    """Extract a table of so many rows from the emulator's S3, in a process of its own."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "milestones.csv"
        write_table(file, rows)
        found = {"rows": rows, "file_mb": round(file.stat().st_size / 1e6, 1)}
        found |= _extraction(file, Path(directory))
        found |= _in_own_process("compare", str(file))
    found["rows_a_second"] = round(rows / found["seconds"])
    if output == "json":
        Console().print_json(data=found)
    else:
        table = Table("measure", "value")
        for name, value in found.items():
            table.add_row(name.replace("_", " "), f"{value:,}")
        Console().print(table)


def _extraction(file: Path, directory: Path) -> dict[str, float]:
    emulator = Emulator(directory / "emulator", free_port())
    emulator.directory.mkdir()
    emulator.start()
    try:
        os.environ.update(
            CREDENTIALS, AWS_ENDPOINT_URL=emulator.url, AWS_DEFAULT_REGION="us-east-1"
        )
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        key = f"uploads/{SOURCE}/{file.name}"
        with file.open("rb") as content:
            version = s3.put_object(Bucket=BUCKET, Key=key, Body=content)["VersionId"]
        return _in_own_process("extract", key, version, str(file.stat().st_size))
    finally:
        emulator.stop()


def _in_own_process(command: str, *arguments: str) -> dict[str, float]:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.files", command, *arguments],
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


@app.command(hidden=True)
def extract(key: str, version: str, size_bytes: int) -> None:
    """One run of the extractor; prints its time and the most memory that the process had."""
    os.environ |= {"BUCKET": BUCKET, "MAX_UPLOAD_BYTES": str(size_bytes)}
    os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "Ingestion"
    record = s3_record(upload(key=key, version_id=version, size_bytes=size_bytes))
    with TemporaryDirectory() as directory:
        catalog = Path(directory) / "sources.json"
        catalog.write_text(load_catalog().model_dump_json())
        os.environ["CATALOG_FILE"] = str(catalog)
        started = time.perf_counter()
        extractor.handler({"Records": [record]}, context(900))
    seconds = time.perf_counter() - started
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": round(seconds, 2), "peak_mb": round(peak_mb, 1)}))


@app.command(hidden=True)
def compare(file: Path) -> None:
    """Parse and validate rows, and validate the same rows parsed before, by turns."""
    cells = Cells(upload(source=SOURCE), load_catalog().sources[SOURCE], HEADER)
    parsed = [dict(zip(HEADER, row, strict=True)) for row in _sound_rows(file)]
    floor, whole = [], []
    for _ in range(ROUNDS):
        floor.append(_seconds(lambda: [cells.model.model_validate_strings(row) for row in parsed]))
        whole.append(_seconds(lambda: [cells.entity(row) for row in _sound_rows(file)]))
    ratio = median(w / f for w, f in zip(whole, floor, strict=True))
    each = 1e6 / len(parsed)
    sys.stdout.write(
        json.dumps(
            {
                "validate_us_a_row": round(median(floor) * each, 2),
                "parse_and_validate_us_a_row": round(median(whole) * each, 2),
                "ratio": round(ratio, 2),
            }
        )
    )


def _sound_rows(file: Path) -> Iterator[list[str]]:
    with file.open("rb") as content, TextIOWrapper(content, "utf-8", newline="") as text:
        for _, cells in islice(read_table(text, ","), 1, SAMPLE_ROWS):
            if cells[-1] != "2026-02-30":
                yield cells


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    app()
