"""Writes Terraform's tests of many modules as those of one, with fewer processes and plans."""

import re
import shutil
from pathlib import Path

from infra.tools.paths import INFRA

_RUN = re.compile(r'^run "\w+" \{$', re.MULTILINE)
# A run with the variables of its file: nothing but asserts.
_ASSERTING_RUN = re.compile(
    r'^run "\w+" \{\n  command = plan\n(?P<asserts>(?:\n  assert \{\n.*?^  \}\n)+)\}\n',
    re.MULTILINE | re.DOTALL,
)


def write_combined_tests(infra: Path, modules: list[Path]) -> Path:
    """Copy infra/, add a folder whose tests are those of all these modules, and return the folder.

    Terraform reads the provider's schemas once for each process, which takes 2 s of CPU. The folder
    is beside the modules, so relative paths keep their meaning.
    """
    ignore = shutil.ignore_patterns(".terraform", "tools", "__pycache__")
    shutil.copytree(INFRA, infra, ignore=ignore)
    combined = infra / "modules" / "combined"
    (combined / "tests").mkdir(parents=True)
    (combined / "main.tf").touch()
    for module in modules:
        tested = f'  module {{\n    source = "../{module.name}"\n  }}\n'
        for file in module.glob("tests/*.tftest.hcl"):
            text = _RUN.sub(rf"\g<0>\n{tested}", merge_equal_plans(file.read_text()))
            (combined / "tests" / file.name).write_text(text)
    return combined


def merge_equal_plans(text: str) -> str:
    """Move the asserts of all runs with the file's own variables into one run.

    A plan takes half a second of CPU. A run that applies would change what a later run plans, so a
    file with such a run stays as it is.
    """
    asserts = [found["asserts"] for found in _ASSERTING_RUN.finditer(text)]
    if len(asserts) < 2 or "command = apply" in text:
        return text
    merged = f'run "the_files_own_variables" {{\n  command = plan\n{"".join(asserts)}}}\n'
    return _ASSERTING_RUN.sub("", text) + merged
