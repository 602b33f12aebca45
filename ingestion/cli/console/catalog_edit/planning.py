"""The page after saving: how the entry differs from the deployed one, and `make plan`."""

from collections.abc import Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.catalog_edit.edited_file import require_checkout
from ingestion.cli.console.catalog_edit.plan_process import plan_command, read_lines
from ingestion.cli.console.forms import Form
from ingestion.cli.console.pages import page
from ingestion.cli.console.parameters import text
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.source.checked import find_source
from ingestion.cli.console.urls import source_url
from ingestion.cli.console.work import PLANS, Progress
from ingestion.cli.console.work_pages import start_work
from ingestion.cli.environment import Deployment
from ingestion.cli.login.known import deploy_command
from ingestion.cli.sources.check.catalog_entry import entry_section
from ingestion.cli.sources.check.samples import sample_sections


def show_plan(request: Request) -> Response:
    """Say what a plan does, and what is not deployed yet."""
    deployment, name = runtime_of(request).deployment, request.path_params["name"]
    require_checkout(deployment.checkout)
    source = find_source(deployment, name)
    samples, _ = sample_sections(source)
    return page(
        request,
        "catalog_edit/plan.html",
        title=f"Plan {name}",
        name=name,
        saved=text(request, "saved"),
        entry=entry_section(source),
        samples=samples,
        plan_command=" ".join(plan_command(deployment.environment)),
        deploy_command=deploy_command(deployment.environment),
    )


def start_plan(request: Request, _: Form) -> Response:
    """Run the plan, and lead to the page that shows its lines."""
    deployment, name = runtime_of(request).deployment, request.path_params["name"]
    require_checkout(deployment.checkout)
    words = " ".join(plan_command(deployment.environment))
    back = source_url(name, "plan")
    return start_work(request, f"Run {words}", partial(_plan, deployment), back, series=PLANS)


def _plan(deployment: Deployment, progress: Progress) -> Iterator[str]:
    """Add each line of the plan to the progress."""
    environment = deployment.environment
    words = plan_command(environment)
    for line in read_lines(deployment.checkout, words, progress.is_stopping):
        progress.lines.append(line)
    yield (
        f"Nothing was changed: `{deploy_command(environment)}` deploys the checkout to"
        f" {environment}."
    )
