"""The description of an environment in the bucket of logins, as Terraform writes it."""

import json
from typing import Any

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud
from tests.support.factories import catalog_document


def write_environment(
    cloud: Cloud, checkout: Checkout, api_key_ids: dict[str, str] | None = None, **changes: Any
) -> None:
    """Write environment.json with changed entries, and with API keys by source.

    An entry of None removes the source.
    """
    outputs = json.loads(checkout.outputs_file("local").read_text())
    sources = catalog_document()["sources"]
    changed = {name: sources.get(name, {}) | (changes.get(name) or {}) for name in changes}
    kept = {n: e for n, e in (sources | changed).items() if changes.get(n, e) is not None}
    described = outputs | {"sources": kept, "api_key_ids": api_key_ids or {}}
    cloud.s3.put_object(
        Bucket=outputs["login_bucket_name"],
        Key="environment.json",
        Body=json.dumps(described).encode(),
    )
