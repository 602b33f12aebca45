"""The metrics that CloudWatch extracts from the functions' lines: those that the runbook lists."""

from collections.abc import Callable

import pytest

from infra.tools.prices.fixed_units import NORMAL_METRICS
from tests.integration.cloud import Cloud
from tests.integration.conftest import Said
from tests.integration.platform.uses_of_functions import (
    MAPPED,
    use_api,
    use_changes,
    use_deliver,
    use_extractor,
    use_indexer,
    use_inserter,
    use_query,
    use_search,
    use_worker,
)
from tests.support.endpoint import Endpoint
from tests.support.factories import (
    Json,
    catalog_document,
    contract,
    event,
    submission,
)
from tests.support.logs import emf
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

Expected = dict[tuple[str, ...], int]


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan("metrics", {"sourceA": MAPPED})


def of_source(source: str, **metrics: int) -> Expected:
    return {(metric, source): count for metric, count in metrics.items()}


SCENARIOS: dict[str, tuple[str, Callable[..., list[Json]], Expected]] = {
    "api": (
        "API",
        use_api,
        of_source("sourceB", EventAccepted=1, EventNotTaken=1, PublishRetried=1, EventRejected=1)
        | {("EventRejected", "sourceB", "invalid_event"): 1}
        | of_source("sourceA", EventIgnored=1, RequestQuarantined=1)
        | {("RequestQuarantined", "sourceA", "unreadable_payload"): 1},
    ),
    "worker": (
        "workers",
        use_worker,
        of_source("sourceB", EventStored=3, EventSuperseded=1, EventDuplicated=1)
        | of_source("sourceB", EventRedriven=1, RecordRetried=1, EventDeadLettered=1)
        | of_source("sourceB", EventNotStored=3)
        | {("EventDeadLettered", "sourceB", "invalid_entity"): 1},
    ),
    "extractor": (
        "extractor",
        use_extractor,
        of_source("sourceB", FileExtracted=1, RowAccepted=2, RowRejected=1, FileUnbalanced=1)
        | of_source("files", FileExtracted=1, FileRefused=1)
        | of_source("sourceA", FileExtracted=1, EventIgnored=1, ColumnMissing=1)
        | {("FileUnbalanced",): 1, ("FileRefused",): 1},
    ),
    "inserter": (
        "inserter",
        use_inserter,
        of_source("sourceB", EventAccepted=1, EventNotTaken=1, PublishRetried=1)
        | of_source("sourceB", FileUnbalanced=1)
        | {("FileUnbalanced",): 1},
    ),
    "changes": (
        "changes",
        use_changes,
        of_source("sourceB", ChangePublished=1)
        | of_source("changes", ChangeSkipped=1, ChangeRetried=1, PublishRetried=1),
    ),
    "delivery": (
        "delivery",
        use_deliver,
        of_source("subscriber billing", ChangeDelivered=1, DeliveryRetried=1),
    ),
    "query": (
        "read API",
        use_query,
        of_source("reader", QueryAnswered=1, QueryRefused=1, QueryFailed=1),
    ),
    "search": (
        "search",
        use_search,
        of_source("reader", SearchAnswered=1, SearchRefused=1, SearchFailed=1),
    ),
    "indexer": (
        "indexer",
        use_indexer,
        of_source("search", ChangeIndexed=2, ChangeNotIndexed=1, ChangeIndexRetried=1)
        | of_source("search", IndexCommitted=3, IndexSwapLost=1, IndexRebuilt=1),
    ),
}
BY_ENTITY = ("EventAccepted", "EventStored", "EventSuperseded", "EventDuplicated")


@pytest.mark.parametrize("module", SCENARIOS)
@pytest.mark.parametrize("entities", [["CONTRACT"], ["CONTRACT", "MILESTONE"]], ids=str)
def test_a_function_emits_exactly_the_documented_metrics(
    cloud: Cloud, endpoint: Endpoint, said: Said, module: str, entities: list[str]
) -> None:
    cloud.pause(0.001)
    catalog = catalog_document()
    catalog["sources"]["sourceB"]["entities"] = entities
    catalog["sources"]["sourceA"] |= MAPPED
    cloud.write_catalog(catalog)
    function, use, expected = SCENARIOS[module]

    found = use(cloud, said, endpoint)

    several = len(entities) > 1
    by_entity = {(*key, "CONTRACT"): n for key, n in expected.items() if key[0] in BY_ENTITY}
    assert emf.published(found) == expected | (by_entity if several else {})
    documented = emf.documented()[function]
    assert emf.series(found) == {
        dimensions for dimensions in documented if several or "entity" not in dimensions
    }


def test_a_source_in_normal_operation_has_the_metrics_that_its_price_counts(
    cloud: Cloud, said: Said
) -> None:
    cloud.post([submission(contract("c-1"))])
    cloud.work(event(contract("c-1")))

    assert len(emf.series(said())) == NORMAL_METRICS


def test_every_planned_function_has_a_scenario(planned: Plan) -> None:
    modules = {function.handler.split(".")[2] for function in planned.functions}

    assert modules == SCENARIOS.keys()


def test_functions_log_plain_text_so_that_metrics_are_extracted(planned: Plan) -> None:
    """Lambda's JSON log format would wrap each line, and CloudWatch would find no metrics in it."""
    settings = [
        function.values["logging_config"] for function in planned.of_type("aws_lambda_function")
    ]

    assert settings
    assert not any(settings)
