"""Tables of contracts, and what the bucket holds after their extraction."""

import json
from collections.abc import Callable

from tests.integration.cloud import Cloud
from tests.support.factories import CANARY, Json

HEADER = "contract_id,contract_name,contract_type,contract_status"


def table(rows: int, bad: Callable[[int], bool] = lambda _: False) -> str:
    lines = (f"c-{n},{CANARY},{'gifts' if bad(n) else 'goods'},active" for n in range(1, rows + 1))
    return "\n".join([HEADER, *lines, ""])


def reports(cloud: Cloud) -> list[Json]:
    return [json.loads(cloud.content(key)) for key in cloud.keys("reports/")]


def report(cloud: Cloud) -> Json:
    [found] = reports(cloud)
    return found


def drain(cloud: Cloud, source: str = "sourceB") -> None:
    while records := cloud.queued(source):
        assert cloud.work(*records) == []
