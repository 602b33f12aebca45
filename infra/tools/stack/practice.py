"""What the demo leaves to practise on: a dead letter and a refused file, and what to try."""

from functools import partial

from infra.tools.errors import SetupError
from infra.tools.paths import ROOT
from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.event_file import RejectedLine
from ingestion.cli.client.posting import new_client
from ingestion.cli.client.uploader import follow_report, upload_file
from ingestion.cli.environment import Deployment
from ingestion.files.bucket import Bucket
from ingestion.files.upload import UploadKeys

SAMPLE = ROOT / "docs" / "sample-data"
ID_REUSED = "id-reused.jsonl"
REFUSED = "refused.csv"
NEXT = """\
The counts balance: accepted = stored + superseded + duplicate + dead-lettered.
(The topic ignores a repeat within five minutes.
Such duplicates are counted by their ids.)

Some of the samples are faulty on purpose. Try to correct them:
  rejected: {rejected}
      Invalid events, see the messages above. The API accepted nothing of them.
  superseded: {superseded}
      Events that came late. The table kept the newer state.
      In a second run, most events are late.
        .venv/bin/ingest get EQUIPMENT site-asuncion/line-2/conveyor/chain
  dead-lettered: {dead-lettered}
      An event with the id and the time of another one:
      docs/dead-letters.md#an-id-was-reused
        .venv/bin/ingest dlq list
  refused file: 1
      In docs/sample-data/refused.csv, the column "status" must be
      "contract_status". Rename it.
        .venv/bin/ingest files list
        .venv/bin/ingest upload docs/sample-data/refused.csv --source sourceB \\
          --follow

Look at what was stored:
  .venv/bin/ingest list CONTRACT
  .venv/bin/ingest get EQUIPMENT site-asuncion/line-1
  make outputs      the API's URL and keys, to post with curl
  make down         stop the stack and keep its data; make up starts it again
"""


def describe_refusal(path: str, file: str, refusal: RejectedLine) -> str:
    """Return which event the API refused, and below it the field and the rule."""
    fault = ": ".join(filter(None, (refusal.field, refusal.message)))
    return f"POST /{path}, line {refusal.line} of {file}, refused:\n  {fault}"


def upload_refused(deployment: Deployment) -> UploadKeys:
    """Upload a file that the extractor refuses."""
    bucket = Bucket(deployment.client("s3"), deployment.bucket_name)
    file = SAMPLE / REFUSED
    http = new_client(partial(add_api_key, key=deployment.api_keys["sourceB"]))
    with http, file.open("rb") as content:
        url = f"{deployment.api_url}/{deployment.catalog.sources['sourceB'].path}"
        size = file.stat().st_size
        return upload_file(http, url, REFUSED, content, size, bucket.find_version)


def await_refusal(deployment: Deployment, keys: UploadKeys, seconds: float) -> None:
    """Wait for the report of that file. Raises SetupError if the file was not refused."""
    bucket = Bucket(deployment.client("s3"), deployment.bucket_name)
    *_, report = follow_report(bucket, keys, stall_seconds=seconds)
    if not report.refused:
        raise SetupError(f"{REFUSED} was not refused: see s3://{bucket.name}/{keys.report_key}.")
