"""Terraform's own tests of every module pass, and break every rule of the module."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.tools.deploy import terraform
from infra.tools.paths import INFRA
from tests.support.terraform import provider
from tests.support.terraform.combined_tests import merge_equal_plans, write_combined_tests

ROOTS = [INFRA, INFRA / "github", INFRA / "state"]
VARIABLES = "variables.tftest.hcl"  # Breaks the rules of infra/'s variables, without the rest.
MODULES = sorted(path.parent for path in INFRA.glob("modules/*/main.tf"))

_BLOCK = re.compile(r'^(variable|output|data|resource|check) "(\w+)"(?: "(\w+)")? \{$')
_RULE = re.compile(r"^ +(validation|precondition|postcondition|assert) \{$")
_INSTANCE = re.compile(r"\[[^\]]*\]")  # The key of one of several instances.
_EXPECTED = re.compile(r"^ +expect_failures = \[(.*?)\]$", re.MULTILINE | re.DOTALL)
_PASSED = re.compile(r"^tests/(\w+)\.tftest\.hcl\.\.\. pass$", re.MULTILINE)


def name_of(directory: Path) -> str:
    return directory.name


@pytest.fixture(scope="module")
def shared_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with provider.running(tmp_path_factory.mktemp("provider")) as variables:
        yield variables


def run_tests(directory: Path, folder: Path, variables: dict[str, str], *options: str) -> str:
    """Run Terraform's tests of `directory`, with its files in `folder`. Return what is printed."""
    variables = variables | {"TF_DATA_DIR": str(folder / "data")}
    terraform.init(directory, variables, "-backend=false")
    terraform.run(directory, variables, "test", "-no-color", *options, log=folder / "log")
    return (folder / "log").read_text()


@pytest.mark.parametrize("directory", ROOTS, ids=name_of)
def test_terraforms_own_tests_of_a_root_pass(
    directory: Path, tmp_path: Path, shared_provider: dict[str, str]
) -> None:
    [tests] = {file.name for file in directory.glob("tests/*.tftest.hcl")} - {VARIABLES}

    printed = run_tests(directory, tmp_path, shared_provider, f"-filter=tests/{tests}")

    assert re.search(r"[1-9]\d* passed, 0 failed", printed)


def test_the_platforms_variables_are_rejected_without_its_resources(
    tmp_path: Path, shared_provider: dict[str, str]
) -> None:
    alone = tmp_path / "infra"
    shutil.copytree(INFRA / "tests", alone / "tests")
    for file in INFRA.glob("variables*.tf"):
        shutil.copy(file, alone)

    printed = run_tests(alone, tmp_path, shared_provider, f"-filter=tests/{VARIABLES}")

    assert re.search(r"[1-9]\d* passed, 0 failed", printed)


def test_terraforms_own_tests_of_every_module_pass(
    tmp_path: Path, shared_provider: dict[str, str]
) -> None:
    combined = write_combined_tests(tmp_path / "infra", MODULES)

    printed = run_tests(combined, tmp_path, shared_provider)

    assert "0 failed" in printed
    assert sorted(_PASSED.findall(printed)) == [module.name for module in MODULES]


def rules(text: str) -> Counter[str]:
    """Return the number of rules of each variable, output and resource of a file, by address."""
    found: Counter[str] = Counter()
    address = ""
    for line in text.splitlines():
        if block := _BLOCK.match(line):
            kind, name, further = block.groups()
            prefixes = {"variable": "var.", "output": "output.", "data": "data.", "check": "check."}
            address = prefixes.get(kind, "") + (f"{name}.{further}" if further else name)
        elif _RULE.match(line):
            found[address] += 1
    return found


def broken(text: str) -> Counter[str]:
    """Return how many runs of a test file break a rule of each address."""
    runs = (_INSTANCE.sub("", found).split(",") for found in _EXPECTED.findall(text))
    return Counter(name for run in runs for name in {address.strip() for address in run} - {""})


def texts(files: Iterator[Path]) -> str:
    return "\n".join(file.read_text() for file in sorted(files))


@pytest.mark.parametrize("directory", [*ROOTS, *MODULES], ids=name_of)
def test_every_rule_of_a_module_has_a_run_that_breaks_it(directory: Path) -> None:
    tested = broken(texts(directory.glob("tests/*.tftest.hcl")))

    untested = rules(texts(directory.glob("*.tf"))) - tested

    assert not untested, f"{directory.name}: rules without a run with expect_failures: {untested}"


RULES_OF_EVERY_KIND = """
variable "name" {
  validation {
  }

  validation {
  }
}

output "sources" {
  precondition {
  }
}

resource "aws_s3_object" "this" {
  lifecycle {
    postcondition {
    }
  }
}

check "health" {
  assert {
  }
}
"""


def test_rules_of_every_kind_are_found() -> None:
    assert rules(RULES_OF_EVERY_KIND) == {
        "var.name": 2,
        "output.sources": 1,
        "aws_s3_object.this": 1,
        "check.health": 1,
    }


def test_a_run_breaks_a_rule_of_each_address_that_it_names() -> None:
    text = """
run "one" {
  expect_failures = [var.name, aws_s3_object.this]
}

run "two" {
  expect_failures = [
    var.name,
  ]
}
"""

    assert broken(text) == {"var.name": 2, "aws_s3_object.this": 1}


def test_asserts_of_runs_with_the_same_variables_are_moved_into_one_run() -> None:
    one, two = (
        f"""
  assert {{
    condition     = output.it == {{ n = {number} }}
    error_message = "n must be {number}"
  }}
"""
        for number in (1, 2)
    )
    other = 'run "other" {\n  command = plan\n\n  variables {\n    n = 3\n  }\n' + one + "}\n"
    runs = [
        f'run "{name}" {{\n  command = plan\n{body}}}\n' for name, body in (("a", one), ("b", two))
    ]

    merged = merge_equal_plans("\n".join([runs[0], other, runs[1]]))

    assert merged.count("run ") == 2
    assert other in merged
    assert f"command = plan\n{one}{two}}}" in merged


def test_runs_of_a_file_that_applies_are_not_merged() -> None:
    text = 'run "a" {\n  command = plan\n\n  assert {\n  }\n}\n'
    applying = text + text + 'run "b" {\n  command = apply\n}\n'

    assert merge_equal_plans(applying) == applying
