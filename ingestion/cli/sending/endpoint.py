"""Where a source posts to and with which credential, and what to check if the API refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from ingestion.cli.client.credentials import add_api_key, sign_aws, sign_webhook
from ingestion.cli.client.posting import Auth, NotAllowed
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.login.known import outputs_command
from ingestion.cli.output import ExitCode, exit_with_error, require_known
from ingestion.cli.secrets import read_secrets


def endpoint_of(deployment: Deployment | ApiAccess, source: str) -> tuple[str, Auth]:
    """Return a source's URL and credentials. The command ends if it has none."""
    if isinstance(deployment, ApiAccess):
        return deployment.url, partial(add_api_key, key=deployment.key)
    catalog = deployment.catalog.sources
    sources = {name: entry for name, entry in catalog.items() if name in deployment.queue_urls}
    require_known(deployment.environment, "source", source, sources)
    entry = sources[source]
    return f"{deployment.api_url}/{entry.path}", _auth(deployment, source, entry.auth)


def _auth(deployment: Deployment, source: str, kind: str) -> Auth:
    if kind == "iam":
        import boto3

        credentials = boto3.Session().get_credentials()
        if credentials is None:
            exit_with_error(
                f"{source} signs with AWS credentials, but there are none: run"
                " `aws configure`, or set AWS_PROFILE"
            )
        return partial(sign_aws, credentials=credentials, region=deployment.region)
    key = deployment.find_api_key(source) if kind == "api_key" else None
    if key is None and not (kind == "hmac" and source in deployment.webhook_secret_names):
        exit_with_error(
            f"{source} has no key or secret for `auth: {kind}`: deploy the catalog, then run"
            f" `{outputs_command(deployment.environment)}`, or log in again"
        )
    if key is not None:
        return partial(add_api_key, key=key)
    return partial(sign_webhook, secret=_newest_secret(deployment, source))


def _newest_secret(deployment: Deployment, source: str) -> str:
    _, live = read_secrets(deployment, source)
    if not live:
        exit_with_error(
            f"{source} has no secret: run"
            f" `{deployment.command('secrets', 'add', '--source', source)}`"
        )
    return live[-1].secret


@contextmanager
def refusals_explained(deployment: Deployment | ApiAccess, source: str) -> Iterator[None]:
    """End the command with one sentence if the API refuses the credential or the URL."""
    try:
        yield
    except NotAllowed as error:
        advice = _advice(deployment, source, error.status)
        exit_with_error(f"{error}: {advice}", ExitCode.UNREACHABLE)


def _advice(deployment: Deployment | ApiAccess, source: str, status: int) -> str:
    if isinstance(deployment, ApiAccess):
        return "check INGEST_URL, which must end in the path of a source, and INGEST_KEY"
    environment, kind = deployment.environment, deployment.catalog.sources[source].auth
    if status not in (401, 403):
        outputs = outputs_command(environment)
        return f"no source has this path there, so deploy the catalog, or run `{outputs}`"
    if kind == "hmac":
        secrets = deployment.command("secrets", "list", "--source", source)
        return (
            f"the signature of {source} is refused, so check `{secrets}` and this machine's clock"
        )
    if kind == "iam":
        return f"your AWS credentials are refused, so check `principals` of {source} in the catalog"
    return f"the API refuses the key of {source}, {deployment.origin_of_key(source)}"
