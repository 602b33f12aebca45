"""Terraform and its provider: found where they are, embedded where they are not, missed aloud."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from infra.tools.deploy import terraform
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA


def fake_terraform(directory: Path, version: str) -> None:
    program = directory / "terraform"
    answer = json.dumps({"terraform_version": version})
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)


@pytest.mark.parametrize("version", ["1.11.0", "1.15.5", "2.0.0-beta1"])
def test_a_new_enough_terraform_on_the_path_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    fake_terraform(tmp_path, version)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert terraform.command() == (str(tmp_path / "terraform"),)


def test_an_old_terraform_gives_way_to_the_embedded_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_terraform(tmp_path, "1.10.5")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    command = terraform.command()
    answer = subprocess.run([*command, "version", "-json"], capture_output=True, check=True)

    version = json.loads(answer.stdout)["terraform_version"]
    assert tuple(map(int, version.split(".")[:2])) >= terraform.MINIMUM


def test_the_embedded_terraform_runs_a_modules_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_terraform(tmp_path, "1.10.5")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
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
    fake_terraform(tmp_path, "1.15.0")
    (tmp_path / "plan").write_text(PLAN)
    program = tmp_path / "terraform"
    program.write_text(program.read_text() + f'[ "$1" = version ] || exec cat {tmp_path}/plan\n')
    program.write_text(program.read_text().replace("echo", '[ "$1" = version ] && echo'))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    terraform.run(tmp_path, {}, "plan", log=tmp_path / name if name else None)

    said = (tmp_path / name).read_text() if name else capsys.readouterr().out
    hidden = [line.split('"')[0] for line in PLAN.splitlines() if "canary" in line]
    assert [line.split("(sens")[0] for line in said.splitlines() if "(sens" in line] == hidden
    assert "canary" not in said
    kept = [line for line in PLAN.splitlines() if "canary" not in line]
    assert [line for line in said.splitlines() if "(sens" not in line] == kept


def test_a_missing_provider_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "registry.terraform.io/hashicorp/aws").mkdir(parents=True)
    monkeypatch.setenv("TF_PLUGIN_DIR", str(tmp_path))

    with pytest.raises(SetupError, match="TF_PLUGIN_DIR"):
        terraform.init(INFRA, {"TF_DATA_DIR": str(tmp_path / "data")}, "-backend=false")


def test_a_cli_configuration_that_is_not_there_is_ignored(
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


def test_a_state_that_does_not_answer_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_terraform(tmp_path, "1.15.0")
    program = tmp_path / "terraform"
    program.write_text(program.read_text() + '[ "$1" = version ] || exec sleep 60\n')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(SetupError, match=r"terraform show did not answer within 0[.]5 s"):
        terraform.shown(tmp_path, {}, timeout_seconds=0.5)
