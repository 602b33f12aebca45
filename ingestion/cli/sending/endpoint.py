"""Where a source posts to and with which credential, and what to check if the API refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from ingestion.auth.source_secrets import bytes_of_secret, has_secret
from ingestion.catalog import Source
from ingestion.cli.client.credentials import (
    add_api_key,
    add_password,
    add_token,
    sign_aws,
    sign_webhook,
)
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
    return f"{deployment.api_url}/{entry.path}", _auth(deployment, source, entry)


def _auth(deployment: Deployment, source: str, entry: Source) -> Auth:
    kind = entry.auth
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
    if key is None and not (has_secret(entry) and source in deployment.webhook_secret_names):
        exit_with_error(
            f"{source} has no key or secret for `auth: {kind}`: deploy the catalog, then run"
            f" `{outputs_command(deployment.environment)}`, or log in again"
        )
    if key is not None:
        return partial(add_api_key, key=key)
    secret = _newest_secret(deployment, source)
    if kind == "hmac":
        return partial(sign_webhook, scheme=entry.scheme, key=bytes_of_secret(entry, secret))
    return partial(add_password if kind == "basic" else add_token, secret=secret)


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
    secrets = deployment.command("secrets", "list", "--source", source)
    if kind == "hmac":
        return (
            f"the signature of {source} is refused, so check `{secrets}` and this machine's clock"
        )
    if kind in ("basic", "bearer"):
        return f"the secret of {source} is refused, so check `{secrets}`"
    if kind == "iam":
        return f"your AWS credentials are refused, so check `principals` of {source} in the catalog"
    return f"the API refuses the key of {source}, {deployment.origin_of_key(source)}"
