"""Creates the local stack's API keys. Those of the emulator are too short."""

import json
import secrets
from pathlib import Path

from infra.tools.deploy.environments import write_private
from ingestion.catalog import READER, Catalog

_GENERATIONS = ("", ".1", ".2", ".3")  # The endings of key names in infra/modules/api.


def load_api_keys(directory: Path, catalog: Catalog) -> dict[str, str]:
    """Return a key for each caller and rotation. A key is made once and kept in a file."""
    file = directory / "api_keys.json"
    keys: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    names = [f"{name}{end}" for name in (*catalog.senders, READER) for end in _GENERATIONS]
    if missing := [name for name in names if name not in keys]:
        keys |= {name: secrets.token_urlsafe(32) for name in missing}
        write_private(file, json.dumps(keys))
    return {name: keys[name] for name in names}
