"""PublishBatch calls that the topic takes only in part."""

import random
from collections import defaultdict
from urllib.parse import parse_qsl, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_ENTRY = "PublishBatchRequestEntries.member."

Entry = dict[str, str]


def is_publish_batch(body: bytes) -> bool:
    """Return whether this is the body of a PublishBatch call."""
    return body.startswith(b"Action=PublishBatch&")


def split_batch(body: bytes) -> tuple[bytes, list[Entry]]:
    """Return a call with some of the entries, at least one, and the entries that it leaves out."""
    entries: dict[str, Entry] = defaultdict(dict)
    rest: Entry = {}
    for name, value in parse_qsl(body.decode()):
        number, _, member = name.removeprefix(_ENTRY).partition(".")
        if name.startswith(_ENTRY):
            entries[number][member] = value
        else:
            rest[name] = value
    failed = [entry for entry in entries.values() if random.random() < 0.5]
    accepted = [entry for entry in entries.values() if entry not in failed] or [failed.pop()]
    for place, entry in enumerate(accepted, 1):
        rest |= {f"{_ENTRY}{place}.{member}": value for member, value in entry.items()}
    return urlencode(rest).encode(), failed


def with_failures(answer: str, failed: list[Entry]) -> str:
    """Return the answer with these entries as failed."""
    members = "".join(
        f"<member><Id>{entry['Id']}</Id><Code>InternalError</Code>"
        "<SenderFault>false</SenderFault></member>"
        for entry in failed
    )
    answer = answer.replace("<Failed/>", "").replace("<Failed></Failed>", "")
    end = "</PublishBatchResult>"
    return answer.replace(end, f"<Failed>{members}</Failed>{end}")


def signed_headers(url: str, body: bytes) -> dict[str, str]:
    """Return headers for a changed call, signed with the emulator's credentials."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    call = AWSRequest("POST", url, headers=form, data=body)
    SigV4Auth(Credentials("test", "test"), "sns", "us-east-1").add_auth(call)
    return dict(call.headers)
