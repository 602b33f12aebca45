"""Writes a package's manifest: what Terraform reads about the package and its catalog."""

import json
from hashlib import sha256
from typing import Any

import entities
from infra.tools.build.target import Target
from infra.tools.paths import CATALOG
from infra.tools.schemas import files as schema_files
from ingestion.catalog import OPERATOR, Catalog


def write(target: Target, catalog: Catalog) -> None:
    """Write the manifest beside the target's zip, which must exist."""
    manifest = {
        "sha256": sha256(target.zip_file.read_bytes()).hexdigest(),
        "runtime": f"python{target.python}",
        "architecture": target.architecture,
        "bytecode": target.interpreter is not None,
        **catalog_facts(catalog),
    }
    target.zip_file.with_suffix(".json").write_text(json.dumps(manifest, indent=2) + "\n")


def catalog_facts(catalog: Catalog) -> dict[str, Any]:
    """Return the sources with all defaults, the entities that they may send, and the schemas."""
    return {
        "catalog_sha256": sha256(CATALOG.read_bytes()).hexdigest(),
        **catalog.model_dump(mode="json"),
        "operator": OPERATOR,
        "signature_headers": sorted(
            {
                source.scheme.header.lower()
                for source in catalog.sources.values()
                if source.auth == "hmac"
            }
        ),
        "entities": list(entities.models()),
        "reference_fields": entities.reference_fields(),
        "schemas": schema_files.current(),
    }
