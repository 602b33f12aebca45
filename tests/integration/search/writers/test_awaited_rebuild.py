"""`ingest search rebuild` waits for its own rebuild, and reports one that ends without an index."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.output import CommandFailed
from ingestion.cli.search.rebuild import invoke_rebuild, wait_for_rebuild
from ingestion.search.pointer import POINTER_KEY
from tests.integration.search.events import contract_event
from tests.integration.search.platform import INDEX, Act, Platform
from tests.integration.search.writers.rebuilds import begin
from tests.support.canned import canned, intercept
from tests.support.factories import Json
from tests.support.terraform.planned import Plan


@pytest.fixture
def deployment(
    search_session: boto3.Session, planned: Plan, monkeypatch: pytest.MonkeyPatch
) -> Deployment:
    """An environment whose indexer accepts invocations, and does not run."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", search_session)
    deployment = Deployment(**planned.outputs | {"search_index_bucket": INDEX})
    intercept(deployment.client("lambda"), "Invoke", lambda _: canned({"StatusCode": 202}, 202))
    return deployment


def at_each_look(deployment: Deployment, *acts: Act) -> Callable[[], int]:
    """Act before each look of the command at the pointer. Return how often it looked."""
    left, looks = list(acts), 0

    def act(params: Json, **_: object) -> None:
        nonlocal looks
        if params["Key"] == POINTER_KEY:
            looks += 1
            if left:
                left.pop(0)()

    deployment.client("s3").meta.events.register("provide-client-params.s3.GetObject", act)
    return lambda: looks


def test_the_first_index_is_awaited_until_it_is_complete(
    platform: Platform, deployment: Deployment
) -> None:
    platform.store(contract_event(1, "turbine"))
    before = invoke_rebuild(deployment)
    looks = at_each_look(
        deployment,
        lambda: None,
        lambda: platform.put(contract_event(2, "turbine")),
        platform.rebuild,
    )

    assert (before, wait_for_rebuild(deployment, before), looks()) == ("", 2, 3)


@pytest.mark.parametrize("has_index", [True, False])
def test_a_rebuild_that_was_dropped_is_reported(
    platform: Platform,
    deployment: Deployment,
    has_index: bool,
) -> None:
    if has_index:
        platform.put(contract_event(1, "turbine"))
    before = invoke_rebuild(deployment)
    strict = replace(platform.indexer.commits, rebuild_time=timedelta(seconds=-5))
    other = replace(platform.indexer, commits=strict)
    changes = platform.store(contract_event(2, "turbine"))
    at_each_look(deployment, lambda: begin(platform), lambda: platform.index(changes, by=other))

    with pytest.raises(CommandFailed, match="the rebuild ended without a new index: see `"):
        wait_for_rebuild(deployment, before)


def test_a_rebuild_without_progress_is_reported_while_changes_are_committed(
    platform: Platform, deployment: Deployment
) -> None:
    platform.put(contract_event(1, "turbine"))
    before = invoke_rebuild(deployment)
    begin(platform)
    changes = (platform.store(contract_event(n, "turbine")) for n in range(2, 9))
    looks = at_each_look(deployment, *[lambda: platform.index(next(changes))] * 7)

    with pytest.raises(CommandFailed, match="the rebuild makes no progress: see `"):
        wait_for_rebuild(deployment, before, wait_seconds=0.1)

    assert looks() == 2
