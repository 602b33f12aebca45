"""The exit code says whether an environment differs from the code."""

import pytest

from infra.tools.errors import SetupError
from tests.tools.deploy.dev import Dev


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, "No drift: dev matches the code.\n"),
        (2, "Drift: dev differs from the code, see the plan above. Run `make deploy ENV=dev`.\n"),
    ],
)
def test_drift_exits_with_2_if_an_apply_would_change_something(
    dev: Dev, code: int, said: str
) -> None:
    (dev.directory / "code").write_text(str(code))

    result = dev.run("drift", "dev")

    assert result.exit_code == code
    assert dev.commands == ["init", "plan"]
    assert result.stdout == said


def test_exit_code_2_without_a_question_for_changes_is_a_failure(dev: Dev) -> None:
    (dev.directory / "code").write_text("2")

    with pytest.raises(SetupError, match="terraform plan failed"):
        dev.run("deploy", "dev", "--yes")

    assert dev.commands == ["init", "plan"]


def test_a_drift_that_cannot_be_planned_is_an_error(dev: Dev) -> None:
    (dev.directory / "code").write_text("1")

    with pytest.raises(SetupError, match="terraform plan failed, see above"):
        dev.run("drift", "dev")
