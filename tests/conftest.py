"""How the tests are shared out between processes, and what Terraform plans, for all of them."""

import gc
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from ingestion.telemetry.metrics import line_buffer
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

# Started first, in this order: those that wait for an applied stack, then those that compute.
FIRST = (
    "tests/e2e/clients/",
    "tests/e2e/test_",
    "tests/e2e/operations/",
    "tests/e2e/lifecycle/",
    "tests/e2e/environments/",
    "tests/e2e/console/",
    "tests/e2e/examples/",
    "tests/faults/test_soak.py",
    "tests/benchmarks/",  # Short: xdist gives a process its next file before its last test ends.
    "tests/tools/test_modules.py",
    "tests/tools/package/test_build.py",
    "tests/tools/test_preview.py",
    "tests/integration/test_model.py",
)

# Folders whose files share an applied stack, or a plan.
TOGETHER = (
    "tests/e2e/lifecycle",
    "tests/e2e/environments",
    "tests/e2e/console",
    "tests/e2e/examples",
    "tests/e2e",
    "tests/tools/watched",
)

# Every run tries the same examples, in three fifths of the default's time. Neither a slow machine
# nor a fixture that all examples of a test share is a fault.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


class FilesTogether(LoadScopeScheduling):
    """Keeps the tests of a file in one process, and those of the folders of `TOGETHER` too.

    pytest-xdist 3.8's own groups have no effect under pytest 9.2, whose node ids are immutable.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.split("::")[0])
        if file.name == "test_modules.py":
            return nodeid  # They share nothing but a provider, which each process starts.
        return next((folder for folder in TOGETHER if file.is_relative_to(folder)), str(file))


@pytest.hookimpl(optionalhook=True)  # Not there with `-p no:xdist`.
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.nodeid))


def pytest_collection_finish() -> None:
    """Let garbage collections pass over what exists by now, and be rarer: they cost a tenth."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _place(nodeid: str) -> int:
    found = (place for place, start in enumerate(FIRST) if nodeid.startswith(start))
    return next(found, len(FIRST))


@pytest.fixture(autouse=True)
def _own_metric_namespace() -> Iterator[None]:
    """Let each test set the namespace of its metrics."""
    yield
    line_buffer.cache_clear()


@pytest.fixture(scope="session")
def planned() -> Plan:
    """Return what Terraform plans, once for all tests of a process."""
    return plan()
