"""Items and changes name the version of the rules that made them."""

import json

from ingestion.catalog import Catalog
from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, reading
from tests.support.factories import catalog_document, submission


def test_the_item_and_the_change_name_the_version_of_the_rules(cloud: Cloud) -> None:
    map_source(cloud, reading(time="item.at"))
    version = version_of_rules(cloud)

    cloud.post({"id": "a", "at": "2026-01-31T12:00:00Z"})
    cloud.work(*cloud.queued())
    cloud.publish_changes(cloud.stream())

    assert cloud.rows()["READING#a"]["_event"]["mapping"] == version
    assert cloud.read("READING/a").document["event"]["mapping"] == version
    assert cloud.published_changes()[-1].data.cause.mapping == version


def version_of_rules(cloud: Cloud) -> str:
    rules = cloud.api_runtime.catalog.rules_of("sourceB")
    assert rules
    return rules.version


def test_a_source_without_rules_has_no_version(cloud: Cloud) -> None:
    cloud.post(submission(id="7"))
    [record] = cloud.queued()

    assert "mapping" not in json.loads(record["body"])
    assert Catalog.model_validate(catalog_document()).rules_of("sourceB") is None
