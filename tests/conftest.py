"""How the tests are shared out between processes, and what Terraform plans, for all of them."""

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.support.planned import Plan, plan

# Every run tries the same examples. Neither a slow machine nor a fixture that all examples of a
# test share is a fault.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


class FilesTogether(LoadScopeScheduling):
    """Keeps the tests of a file in one process, and those of the one applied stack too.

    pytest-xdist 3.8's own groups have no effect under pytest 9.2, whose node ids are immutable.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if file == "tests/tools/test_modules.py":
            return nodeid  # They share nothing but a provider, which each process starts.
        return "the applied stack" if file.startswith("tests/e2e/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    return FilesTogether(config, log)


@pytest.fixture(scope="session")
def planned() -> Plan:
    """What Terraform plans; where it cannot, that is said once."""
    return plan()
