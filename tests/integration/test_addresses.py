"""Every client calls the address of its own region, in every partition of AWS."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from pydantic_core import to_json

from infra.tools.deploy.environments import Environment
from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from ingestion.files.upload_url import UploadUrls
from ingestion.handlers import api
from ingestion.settings import PRESIGNING_CONFIG
from tests.support.factories import catalog_document
from tests.support.terraform.planned import Plan

# The suffix of the addresses of a region. mx-central-1 was launched after March 2019.
REGIONS = {
    "mx-central-1": "amazonaws.com",
    "cn-north-1": "amazonaws.com.cn",
    "us-gov-west-1": "amazonaws.com",
    "us-iso-east-1": "c2s.ic.gov",
    "eusc-de-east-1": "amazonaws.eu",
}
FILE = {"name": "a.csv", "size": 1}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "apigateway": ("get_api_keys", {}),
    "cloudwatch": ("list_metrics", {}),
    "dynamodb": ("describe_table", {"TableName": "entities"}),
    "dynamodbstreams": ("list_streams", {}),
    "lambda": ("get_function", {"FunctionName": "api"}),
    "logs": ("describe_log_groups", {}),
    "s3": ("get_object", {"Bucket": "drop", "Key": "a"}),
    "secretsmanager": ("get_secret_value", {"SecretId": "secret"}),
    "sns": ("get_topic_attributes", {"TopicArn": "arn:aws:sns:::topic.fifo"}),
    "sqs": ("receive_message", {"QueueUrl": "https://queue.example.com/q"}),
    "sts": ("get_caller_identity", {}),
}


class Ready(BaseException):
    """A call was ready to be sent."""


class AskedSession(boto3.Session):
    """Keeps the clients that it makes, by service."""

    def __init__(self, region: str) -> None:
        super().__init__("access key", "secret key", region_name=region)
        self.made: list[tuple[str, Any]] = []

    def client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
        """Return a new client."""
        made = super().client(service_name, *args, **kwargs)  # type: ignore[call-overload]
        self.made.append((service_name, made))
        return made


@pytest.fixture(params=REGIONS)
def session(
    request: pytest.FixtureRequest,
    planned: Plan,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AskedSession:
    """Return a session of a region, with the planned environment of the functions."""
    for function in planned.functions:
        for name, value in function.environment.items():
            monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    document = catalog_document()
    document["sources"]["sourceC"]["auth"] = "hmac"  # The API then reads secrets and claims.
    catalog_file = tmp_path / "sources.json"
    catalog_file.write_bytes(to_json(document))
    monkeypatch.setenv("CATALOG_FILE", str(catalog_file))
    monkeypatch.setenv("WEBHOOK_SECRET_PREFIX", "ingestion-test-webhook/")
    monkeypatch.setenv("CLAIMS_TABLE_NAME", "claims")
    monkeypatch.setenv("CLAIM_DAYS", "7")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")  # Set by Lambda.
    made = AskedSession(request.param)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", made)
    return made


def services_in(folder: str) -> set[str]:
    """Return the services whose clients the code in a folder asks an environment for."""
    texts = (file.read_text() for file in (ROOT / folder).rglob("*.py"))
    return {service for text in texts for service in re.findall(r'client\("(\w+)"', text)}


def called_host(service: str, client: Any) -> str:
    """Return the host of a call, which is not sent."""

    def stop(request: Any, **_: Any) -> None:
        raise Ready(request.url)

    client.meta.events.register("before-send", stop)
    operation, parameters = CALLS[service]
    with pytest.raises(Ready) as ready:
        getattr(client, operation)(**parameters)
    return str(urlsplit(str(ready.value)).hostname)


def test_every_client_and_upload_url_names_the_region_and_its_partition(
    session: AskedSession, planned: Plan
) -> None:
    region = session.region_name
    for module in {function.handler.removesuffix(".handler") for function in planned.functions}:
        import_module(module).Runtime.build(session)
    upload_urls = api.Runtime.build(session).upload_urls
    deployment = Deployment(**planned.outputs | {"api_url": "https://a", "region": region})
    for service in services_in("ingestion/cli"):
        deployment.client(service)
    for service in services_in("infra/tools"):
        Environment("dev").client(service, region)

    hosts = [called_host(service, client) for service, client in session.made]
    hosts.append(str(urlsplit(upload_urls.presign("sourceA", FILE).url).hostname))

    assert {service for service, _ in session.made} == CALLS.keys()
    suffix = f".{region}.{REGIONS[region]}"
    assert [host for host in hosts if not host.endswith(suffix)] == []
    assert hosts[-1] == f"{planned.outputs['bucket_name']}.s3{suffix}"


def test_the_upload_url_of_the_region_with_the_global_address_is_regional_too() -> None:
    s3 = boto3.Session("a", "b", region_name="us-east-1").client("s3", config=PRESIGNING_CONFIG)

    presigned = UploadUrls(s3, "drop", 1_000).presign("sourceA", FILE)

    assert urlsplit(presigned.url).hostname == "drop.s3.us-east-1.amazonaws.com"


# The names of service principals and audiences that are the same in every partition.
NO_ADDRESSES = {
    "infra/github/main.tf": '"sts.amazonaws.com"',
    "ingestion/cli/tail.py": '"sns.amazonaws.com"',
}


def test_no_address_of_one_partition_is_written_out() -> None:
    files = [*(ROOT / "infra").rglob("*.tf"), *(ROOT / "infra" / "tools").rglob("*.py")]
    files += [*(ROOT / "ingestion").rglob("*.py"), *(ROOT / "entities").rglob("*.py")]
    names = {str(file.relative_to(ROOT)): file for file in files if ".terraform" not in file.parts}

    found = {
        name: line.strip()
        for name, file in names.items()
        for line in file.read_text().splitlines()
        if "amazonaws.com" in line
    }

    assert len(names) > 200
    assert found.keys() == NO_ADDRESSES.keys()
    assert [name for name, text in NO_ADDRESSES.items() if text not in found[name]] == []
