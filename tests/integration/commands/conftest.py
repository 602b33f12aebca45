"""The entities that the commands read."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.queries.related import PART, store_equipment
from tests.support.factories import contract, event


@pytest.fixture
def site(cloud: Cloud) -> Cloud:
    """Store a contract with equipment. A milestone and two parts are missing."""
    cloud.store(event(contract("c-1"), id="7"))
    store_equipment(cloud, "e-1", contract_id="c-1")
    store_equipment(cloud, "e-2", **PART)
    store_equipment(cloud, "e-3", parent_equipment_id="e-9", contract_id="c-9")
    return cloud
