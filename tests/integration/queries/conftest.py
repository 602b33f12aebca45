"""The entities that the tests of related entities read."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.queries.related import PART, store_equipment
from tests.integration.queries.stored_by_time import index_all
from tests.support.factories import contract, event, milestone


@pytest.fixture
def site(cloud: Cloud) -> Cloud:
    """Store a contract with a milestone, and equipment in three levels."""
    cloud.store(
        event(contract("c-1")),
        event(milestone("m-1"), source="sourceC", entity_name="MILESTONE"),
    )
    store_equipment(cloud, "e-1", contract_id="c-1")
    store_equipment(cloud, "e-2", **PART)
    store_equipment(cloud, "e-3", parent_equipment_id="e-2")
    return cloud


@pytest.fixture
def indexed(cloud: Cloud) -> Cloud:
    """Let the index by time be complete."""
    index_all(cloud)
    return cloud
