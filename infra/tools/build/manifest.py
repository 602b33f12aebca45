"""Writes the manifest: what Terraform reads about the packages and their catalog."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import entities
from infra.tools.build.target import Target
from infra.tools.paths import CATALOG
from infra.tools.schemas import files as schema_files
from ingestion.catalog import OPERATOR, Catalog


def write(target: Target, catalog: Catalog, inputs: Mapping[str, str]) -> None:
    """Write the manifest beside the target's zips, which must exist.

    `inputs` holds a digest of what each package was built from.
    """
    manifest = {
        "packages": {
            package: {
                "file": target.zip_of(package).name,
                "sha256": sha256_of(target.zip_of(package)),
                "inputs": digest,
            }
            for package, digest in inputs.items()
        },
        "runtime": f"python{target.python}",
        "architecture": target.architecture,
        "bytecode": target.interpreter is not None,
        **catalog_facts(catalog),
    }
    target.manifest_file.write_text(json.dumps(manifest, indent=2) + "\n")


def is_built_from(target: Target, package: str, inputs: str) -> bool:
    """Return whether a package's zip is the one that was built from these inputs."""
    zip_file = target.zip_of(package)
    if not zip_file.exists() or not target.manifest_file.exists():
        return False
    packages = json.loads(target.manifest_file.read_text()).get("packages", {})
    found = packages.get(package, {})
    return bool(found == {"file": zip_file.name, "sha256": sha256_of(zip_file), "inputs": inputs})


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return sha256(file.read_bytes()).hexdigest()


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
