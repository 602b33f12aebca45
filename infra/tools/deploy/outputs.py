"""Prints the outputs of an environment. A terminal shows the beginning of each key only."""

import json
import sys
from typing import Any

from infra.tools.deploy.environments import LOCAL, Environment
from infra.tools.run import console

_SHOWN = 4  # Characters of a key: enough to compare keys, too few to use them.


def print_outputs(environment: Environment) -> None:
    """Print the outputs as JSON: complete for a program, without whole keys for a person."""
    text = environment.outputs_file.read_text()
    if not sys.stdout.isatty():
        sys.stdout.write(text)
        return
    values = json.loads(text)
    shown = {
        name: _shorten(value) if name.endswith(("api_key", "api_keys")) else value
        for name, value in values.items()
    }
    sys.stdout.write(f"{json.dumps(shown, indent=2, ensure_ascii=False)}\n")
    name = "" if environment.name == LOCAL else f" ENV={environment.name}"
    console.print(f"A terminal shows shortened keys. `make outputs{name} | cat` shows whole keys.")


def _shorten(keys: Any) -> Any:
    if isinstance(keys, dict):
        return {name: _shorten(key) for name, key in keys.items()}
    return f"{keys[:_SHOWN]}…" if keys else keys
