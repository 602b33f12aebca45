"""CPU of a start: the functions against plain code and without bytecode, and `ingest`.

Each start is a new process. Only its CPU (user and system) is measured, because other work on the
machine changes wall time by more than the differences to find.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from types import MappingProxyType
from zipfile import ZipFile

from infra.tools.build import lambda_package
from infra.tools.build.target import local_target
from infra.tools.paths import ROOT
from infra.tools.stack.emulator import PYTHON
from ingestion.cli.environment import load_catalog
from tests.benchmarks.figures.figure import Figure, cost, measure_ratios, print_figures

PART = "start"
ROUNDS = 15
# The variables that Lambda and Terraform set.
ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "start",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:router.fifo",
    "BUCKET": "uploads",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "MAX_UPLOAD_BYTES": "1000",
    "API_KEY_DIGESTS": "",
    "OPEN_DOCS": "false",
    "SOURCE": "sourceA",
    "TABLE_NAME": "entities",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/a-dlq.fifo",
    "TOMBSTONE_DAYS": "30",
    "MAX_RECEIVE_COUNT": "5",
    "POWERTOOLS_METRICS_NAMESPACE": "Ingestion",
    "POWERTOOLS_SERVICE_NAME": "ingestion",
}
# os._exit skips Python's shutdown, which is not part of a start.
OURS = "import os, ingestion.handlers.{}; os._exit(0)"
BARE = "import boto3, entities, os; entities.models(); boto3.client({!r}); os._exit(0)"
FROM_FOLDER = f"import sys; sys.path.insert(0, sys.argv[1]); {OURS}"
FUNCTIONS = (("api", "sns", 1.15), ("worker", "dynamodb", 1.05))
PACKAGE_TARGET = 0.42
INGEST = "import sys; sys.argv[0] = 'ingest'; from ingestion.cli.start.main import main; main()"
INGEST_TARGET_SECONDS = 0.3
COMPLETE = {"_INGEST_COMPLETE": "complete_bash", "COMP_WORDS": "ingest send --source "}
INGEST_STARTS: dict[str, tuple[list[str], dict[str, str]]] = {
    "`ingest --help`": (["--help"], {}),
    "`ingest --version`": (["--version"], {}),
    "completing a command of `ingest`": ([], COMPLETE | {"COMP_CWORD": "1"}),
    "completing a source of `ingest`": ([], COMPLETE | {"COMP_CWORD": "3"}),
}


def figures() -> Iterator[Figure]:
    """Yield the figures of `ingest`, of the functions, then those of their package."""
    yield from _ingest()
    with TemporaryDirectory() as directory:
        yield from _functions(Path(directory))
        yield from _package(Path(directory))


def _ingest() -> Iterator[Figure]:
    for name, (arguments, environment) in INGEST_STARTS.items():
        command = [sys.executable, "-c", INGEST, *arguments]
        start = partial(start_process, *command, variables=environment, stdout=subprocess.DEVNULL)
        start()  # Writes the bytecode.
        rounds = [cost(start, clock=cpu_of_children) for _ in range(ROUNDS)]
        yield Figure(PART, name, "", INGEST_TARGET_SECONDS, rounds, unit="s")


def _functions(directory: Path) -> Iterator[Figure]:
    catalog = directory / "sources.json"
    catalog.write_text(load_catalog().model_dump_json())
    for name, service, target in FUNCTIONS:
        variables = {"CATALOG_FILE": str(catalog)}
        ours = partial(start_process, sys.executable, "-c", OURS.format(name), variables=variables)
        theirs = partial(start_process, sys.executable, "-c", BARE.format(service))
        rounds = measure_ratios(ours, theirs, rounds=ROUNDS, clock=cpu_of_children)
        against = f"boto3.client({service!r}) and our models"
        yield Figure(PART, f"start of the {name}", against, target, rounds)


def _package(directory: Path) -> Iterator[Figure]:
    compiled, sources = directory / "compiled", directory / "sources"
    with ZipFile(lambda_package.build(local_target(PYTHON))) as package:
        package.extractall(compiled)
    shutil.copytree(compiled, sources, ignore=shutil.ignore_patterns("__pycache__"))
    for name, _, _ in FUNCTIONS:
        ours, theirs = (
            # -B writes no bytecode, as on Lambda, where the task folder is read-only.
            partial(start_process, PYTHON, "-I", "-S", "-B", "-c", FROM_FOLDER.format(name), folder)
            for folder in (compiled, sources)
        )
        rounds = measure_ratios(ours, theirs, rounds=ROUNDS, clock=cpu_of_children)
        against = "the package without its bytecode"
        yield Figure(PART, f"start of the packaged {name}", against, PACKAGE_TARGET, rounds)


def start_process(
    *command: str | Path,
    variables: Mapping[str, str] = MappingProxyType({}),
    stdout: int | None = None,
) -> None:
    """Run the command to its end, without this process's environment."""
    environment = {"PATH": os.environ["PATH"], **ENVIRONMENT, **variables}
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=stdout)


def cpu_of_children() -> float:
    """Return the CPU seconds, user and system, of all finished child processes."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print_figures(figures())
