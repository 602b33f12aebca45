"""The entities that the commands read."""

import json
from collections.abc import Iterator

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import Gateway
from tests.integration.conftest import Ingest
from tests.integration.queries.related import PART, store_equipment
from tests.support.factories import contract, event
from tests.support.servers import serving


@pytest.fixture
def site(cloud: Cloud) -> Cloud:
    """Store a contract with equipment. A milestone and two parts are missing."""
    cloud.store(event(contract("c-1"), id="7"))
    store_equipment(cloud, "e-1", contract_id="c-1")
    store_equipment(cloud, "e-2", **PART)
    store_equipment(cloud, "e-3", parent_equipment_id="e-9", contract_id="c-9")
    return cloud


@pytest.fixture
def gateway(cloud: Cloud, run: Ingest, checkout: Checkout) -> Iterator[Gateway]:  # noqa: ARG001 - makes the outputs
    """Yield the API of the platform on moto, and make it that of the environment."""
    file = checkout.outputs_file("local")
    with serving(Gateway(cloud)) as server:
        file.write_text(json.dumps(json.loads(file.read_text()) | {"api_url": server.url}))
        yield server
