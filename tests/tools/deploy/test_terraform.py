"""Terraform and its provider are found or installed, and an error says if they are missing."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from infra.tools.deploy import terraform
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA, ROOT


def fake_terraform(directory: Path, script: str) -> Path:
    program = directory / "terraform"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("version", "is_new_enough"),
    [("1.10.5", False), ("1.11.0", True), ("1.15.5", True), ("1.20.0", True), ("2.0.0-b1", True)],
)
def test_make_installs_terraform_if_the_one_on_the_path_is_too_old(
    tmp_path: Path, version: str, is_new_enough: bool
) -> None:
    fake_terraform(tmp_path, f"echo Terraform v{version}")
    variables = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "TERRAFORM": ""}

    result = subprocess.run(
        ["make", "-nB", "setup"],
        env=os.environ | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ("venv --clear --without-pip .venv-terraform" not in result.stdout) == is_new_enough


def test_the_error_without_terraform_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRAFORM", "no-such-terraform")

    with pytest.raises(SetupError, match="`make setup` installs one"):
        terraform.run(INFRA, {}, "version")


def test_the_embedded_terraform_runs_a_modules_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = ".venv-terraform/bin/terraform"
    subprocess.run(["make", embedded], cwd=ROOT, check=True, capture_output=True)
    monkeypatch.setenv("TERRAFORM", str(ROOT / embedded))
    variables = {"TF_DATA_DIR": str(tmp_path / "data")}
    module = INFRA / "modules" / "observability"
    terraform.init(module, variables, "-backend=false")

    terraform.run(module, variables, "test", "-no-color", log=tmp_path / "log")

    assert re.search(r"[1-9]\d* passed, 0 failed", (tmp_path / "log").read_text())


PLAN = """  # aws_api_gateway_usage_plan_key.this["sourceA"] will be destroyed
  - resource "aws_api_gateway_usage_plan_key" "this" {
      - key_id        = "k1" -> null
      - value         = "canary" -> null
        value         = "canary"
      ~ value         = "canary" -> "canary" # forces replacement
      \x1b[31m-\x1b[0m\x1b[0m value         = "canary" -> null
      ~ values = {
          + "a" = "b"
"""


@pytest.mark.parametrize("name", ["log", None])
def test_no_key_of_a_usage_plan_is_printed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str | None,
) -> None:
    (tmp_path / "plan").write_text(PLAN)
    monkeypatch.setenv("TERRAFORM", str(fake_terraform(tmp_path, f"cat {tmp_path}/plan")))

    terraform.run(tmp_path, {}, "plan", log=tmp_path / name if name else None)

    printed = (tmp_path / name).read_text() if name else capsys.readouterr().out
    hidden = [line.split('"')[0] for line in PLAN.splitlines() if "canary" in line]
    assert [line.split("(sens")[0] for line in printed.splitlines() if "(sens" in line] == hidden
    assert "canary" not in printed
    kept = [line for line in PLAN.splitlines() if "canary" not in line]
    assert [line for line in printed.splitlines() if "(sens" not in line] == kept


def test_the_error_for_a_missing_provider_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "registry.terraform.io/hashicorp/aws").mkdir(parents=True)
    monkeypatch.setenv("TF_PLUGIN_DIR", str(tmp_path))

    with pytest.raises(SetupError, match="TF_PLUGIN_DIR"):
        terraform.init(INFRA, {"TF_DATA_DIR": str(tmp_path / "data")}, "-backend=false")


def test_a_missing_cli_configuration_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = tmp_path / "present"
    present.touch()

    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "absent"))
    assert "TF_CLI_CONFIG_FILE" not in terraform.environment()
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(present))
    assert terraform.environment()["TF_CLI_CONFIG_FILE"] == str(present)


def test_an_aws_profile_does_not_reach_the_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://elsewhere.example")

    local = terraform.environment(AWS_ENDPOINT_URL="http://127.0.0.1:4566")
    aws = terraform.environment()

    assert {name for name in local if name.startswith("AWS_")} == {"AWS_ENDPOINT_URL"}
    assert aws["AWS_PROFILE"] == "production"
