"""GitHub's workflows are valid, without known weaknesses, and their roles know every service."""

import re
import subprocess
from pathlib import Path

import pytest

from infra.tools.paths import INFRA, ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))
# The service's name in IAM, by the beginning of a resource's type.
SERVICES = {
    "aws_api_gateway_": "apigateway",
    "aws_cloudwatch_composite_alarm": "cloudwatch",
    "aws_cloudwatch_dashboard": "cloudwatch",
    "aws_cloudwatch_log_": "logs",
    "aws_cloudwatch_metric_alarm": "cloudwatch",
    "aws_dynamodb_": "dynamodb",
    "aws_iam_": "iam",
    "aws_kms_": "kms",
    "aws_lambda_": "lambda",
    "aws_route53_": "route53",
    "aws_s3_": "s3",
    "aws_secretsmanager_": "secretsmanager",
    "aws_sns_": "sns",
    "aws_sqs_": "sqs",
    "aws_wafv2_": "wafv2",
    "aws_xray_": "xray",
}


def check(*command: str | Path) -> str:
    """Return a checker's output. Fail if it finds something."""
    program = ROOT / ".venv" / "bin" / command[0]
    result = subprocess.run(
        [program, *command[1:]], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def test_workflows_match_githubs_schema() -> None:
    schema = ("--builtin-schema", "vendor.github-workflows")

    assert len(WORKFLOWS) >= 2
    assert "ok" in check("check-jsonschema", *schema, *WORKFLOWS)


def test_actions_match_githubs_schema() -> None:
    schema = ("--builtin-schema", "vendor.github-actions")

    assert ACTIONS
    assert "ok" in check("check-jsonschema", *schema, *ACTIONS)


@pytest.mark.parametrize(
    ("files", "schema"),
    [
        ("dependabot.yml", "vendor.dependabot"),
        ("ISSUE_TEMPLATE/config.yml", "vendor.github-issue-config"),
        ("ISSUE_TEMPLATE/[!c]*.yml", "vendor.github-issue-forms"),
    ],
)
def test_the_repositorys_settings_match_githubs_schemas(files: str, schema: str) -> None:
    found = sorted(GITHUB.glob(files))

    assert found
    assert "ok" in check("check-jsonschema", "--builtin-schema", schema, *found)


def test_workflows_have_no_known_weakness() -> None:
    said = check("zizmor", "--offline", GITHUB)

    assert "No findings to report" in said


@pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda file: file.stem)
def test_actions_of_others_are_pinned_to_a_commit(file: Path) -> None:
    used = re.findall(r"uses: ([^.\s]\S*)(.*)", file.read_text())

    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_the_roles_know_every_service_of_the_platform() -> None:
    types = {
        kind
        for file in (*INFRA.glob("*.tf"), *INFRA.glob("modules/*/*.tf"))
        for kind in re.findall(r'^resource "(\w+)"', file.read_text(), re.MULTILINE)
    }
    policies = (INFRA / "github" / "policies.tf").read_text()
    written = policies[policies.index("  write = {") :]

    services = {
        kind: next((name for start, name in SERVICES.items() if kind.startswith(start)), None)
        for kind in types
    }

    assert len(types) > 20
    for kind, service in services.items():
        assert f'"{service}:' in policies, kind
        assert f'"{service}:' in written, kind
