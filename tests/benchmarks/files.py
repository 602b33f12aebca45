"""Speed and memory of the extraction of a large file, and the cost of parsing over validating."""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import boto3
import typer
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

from infra.tools.stack.emulator import Emulator
from ingestion.cli.environment import load_catalog
from ingestion.errors import RejectedRecord
from ingestion.files.mappers.items import ItemMapper
from ingestion.files.mappers.table import RowMapper
from ingestion.files.rows.lines import read_lines
from ingestion.files.rows.table import read_table
from ingestion.handlers import extractor
from tests.benchmarks.figures.figure import Figure, measure_ratios, print_figures
from tests.e2e.conftest import free_port
from tests.support.factories import milestone
from tests.support.invocations import context, s3_record, upload

BUCKET = "drop"
SOURCE = "sourceC"
HEADER = ["milestone_id", "contract_id", "description", "start_date", "end_date"]
SAMPLE_ROWS = 20_000
FEW_ROWS, MANY_ROWS = 1_000, 1_000_000
VALIDATE = "validating the same rows, parsed before"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}

app = typer.Typer(add_completion=False)


def write_table(file: Path, rows: int) -> None:
    """Write a table of milestones, about 100 bytes a row. One row in a hundred is invalid."""
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
    """Extract a table of this many rows from the emulator's S3 in another process."""
    found = extracted(rows)
    found["rows_a_second"] = round(rows / found["seconds"])
    if output == "json":
        Console().print_json(data=found)
    else:
        table = Table("measure", "value")
        for name, value in found.items():
            table.add_row(name.replace("_", " "), f"{value:,}")
        Console().print(table)


@app.command(name="figures", hidden=True)
def print_all() -> None:
    """Print the figures that have a target."""
    print_figures(figures())


def figures() -> Iterator[Figure]:
    """Yield the cost of a row by format, then the extra memory of a large file."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "milestones.csv"
        write_table(file, SAMPLE_ROWS)
        yield _csv(file)
    yield _json_lines()
    grown = extracted(MANY_ROWS)["peak_mb"] - extracted(FEW_ROWS)["peak_mb"]
    name = f"memory of {MANY_ROWS:,} rows over that of {FEW_ROWS:,}"
    yield Figure("files", name, "", 60, [grown], unit="MB")


def _csv(file: Path) -> Figure:
    """Compare parsing and validating rows with validating them, with errors of invalid rows."""
    cells = RowMapper(upload(source=SOURCE), load_catalog().sources[SOURCE], HEADER)
    parsed = [dict(zip(HEADER, row, strict=True)) for row in _rows(file)]
    rounds = measure_ratios(
        lambda: [_entity_or_errors(cells, row) for row in _rows(file)],
        lambda: [_valid(cells.model, row) for row in parsed],
        times=3,
    )
    return Figure("files", "CSV row: parse, validate, row errors", VALIDATE, 1.5, rounds)


def _json_lines() -> Figure:
    items = ItemMapper(upload(source=SOURCE), load_catalog().sources[SOURCE])
    content = b"".join(
        to_json(milestone(f"m-{number:08}", description="x" * 44, end_date="2026-02-28")) + b"\n"
        for number in range(SAMPLE_ROWS)
    )
    lines = content.decode().splitlines(keepends=True)

    def parse_and_validate() -> list[object]:
        with TextIOWrapper(BytesIO(content), "utf-8", newline="") as text:
            return [items.entity(line) for _, line in read_lines(text)]

    rounds = measure_ratios(
        parse_and_validate,
        lambda: [items.model.model_validate_json(line) for line in lines],
        times=3,
    )
    return Figure("files", "JSON Lines row: read, validate", "validate_json", 1.5, rounds)


def _entity_or_errors(cells: RowMapper, row: list[str]) -> object:
    try:
        return cells.entity(row)
    except RejectedRecord as rejection:
        return rejection.error_documents()


def _valid(model: type[BaseModel], row: dict[str, str]) -> object:
    try:
        return model.model_validate_strings(row)
    except ValidationError as error:
        return error


def extracted(rows: int) -> dict[str, float]:
    """Return seconds, peak memory and row count of an extraction."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "milestones.csv"
        write_table(file, rows)
        found = {"rows": rows, "file_mb": round(file.stat().st_size / 1e6, 1)}
        return found | _extraction(file, Path(directory))


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
    result = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.files", command, *arguments],
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, float] = json.loads(result.stdout.splitlines()[-1])
    return found


@app.command(hidden=True)
def extract(key: str, version: str, size_bytes: int) -> None:
    """Run the extractor once, and print its time and the peak memory of the process."""
    os.environ |= {"BUCKET": BUCKET, "MAX_UPLOAD_BYTES": str(size_bytes)}
    os.environ["TABLE_NAME"] = "entities"  # Only documents need the table.
    os.environ |= {
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "POWERTOOLS_METRICS_NAMESPACE": "Ingestion",
    }
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


def _rows(file: Path) -> Iterator[list[str]]:
    with file.open("rb") as content, TextIOWrapper(content, "utf-8", newline="") as text:
        for _, cells in islice(read_table(text, ","), 1, None):
            yield cells


if __name__ == "__main__":
    app()
