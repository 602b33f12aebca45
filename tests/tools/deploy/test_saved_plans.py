"""A saved plan is checked as a deploy checks its own."""

import json

import pytest

from infra.tools.deploy.deletions import DeletionRefused
from infra.tools.errors import SetupError
from tests.tools.deploy.dev import HELD, Dev, plan


def test_a_saved_plan_that_deletes_data_is_refused(dev: Dev) -> None:
    dev.send()

    with pytest.raises(DeletionRefused, match=HELD):
        dev.run("check-plan", "dev", str(dev.plan_file))

    assert dev.commands == ["init", "show"]


@pytest.mark.usefixtures("dev")
def test_a_saved_plan_that_deletes_no_data_passes(dev: Dev) -> None:
    result = dev.run("check-plan", "dev", str(dev.plan_file))

    assert result.exit_code == 0
    assert result.stdout == "plan.json deletes no data.\n"


@pytest.mark.parametrize("other", [{"environment": "prod"}, {"region": "us-east-1"}])
def test_a_plan_of_another_environment_is_not_checked(dev: Dev, other: dict[str, str]) -> None:
    dev.plan_file.write_text(json.dumps(plan(dev.queue_url, **other)))

    with pytest.raises(SetupError, match="name the environment that the plan was made for"):
        dev.run("check-plan", "dev", str(dev.plan_file))


def test_a_missing_plan_file_is_wrong_usage(dev: Dev) -> None:
    result = dev.run("check-plan", "dev", str(dev.directory / "none"))

    assert result.exit_code == 2
