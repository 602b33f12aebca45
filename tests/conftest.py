"""How the tests are shared out between processes."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling


class StackTogether(LoadScopeScheduling):
    """Keeps the tests of the one applied stack in one process, in their order.

    pytest-xdist 3.8's own groups have no effect under pytest 9.2, whose node ids are immutable.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "stack" if nodeid.startswith("tests/e2e/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> StackTogether:
    return StackTogether(config, log)
