"""A step of `make smoke` that finds nothing names the commands to run."""

import pytest

from infra.tools.deploy import smoke_steps
from infra.tools.deploy.smoke_run import SmokeRun
from infra.tools.errors import SetupError
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.tail import follow


def late_run(checkout: Checkout) -> SmokeRun:
    """Return a run of sourceB whose deadline has passed."""
    return SmokeRun(Deployment.load("local", checkout), "sourceB", "smoke-1", deadline=0)


@pytest.mark.usefixtures("ingest")
def test_a_change_that_does_not_appear_names_its_dead_letters_and_its_log(
    checkout: Checkout,
) -> None:
    run = late_run(checkout)
    function = run.deployment.function_names["changes"]

    with follow(run.deployment, {}) as feed, pytest.raises(SetupError) as error:
        smoke_steps.wait_for_change(run, feed)

    assert str(error.value) == (
        "The change of the row did not appear within 60 s of the start of this run. Run: "
        "`ingest dlq list --source changes --env local` and "
        f"`ingest logs --function {function} --since 10m --env local`"
    )


@pytest.mark.usefixtures("ingest")
def test_a_dead_letter_that_does_not_appear_names_the_log_of_its_worker(
    checkout: Checkout,
) -> None:
    run = late_run(checkout)
    worker = run.deployment.function_names["workers"]["sourceB"]

    with pytest.raises(SetupError, match=f"ingest logs --function {worker} --since 10m --env"):
        smoke_steps.drop_dead_letter(run)
