"""The dead letter of a kept request: where the request is, and why it is in quarantine."""

from pydantic import BaseModel, ConfigDict, Field

from ingestion.http.quarantine.reason import Reason

QUARANTINED = "quarantined"  # The reason of the dead letter.
FOLDER = "quarantine/"
KEY = rf"^{FOLDER}[A-Za-z0-9_-]+/\d{{4}}-\d\d-\d\d/[0-9a-f]{{32}}\.json$"


class AppliedRules(BaseModel):
    """The rules that last made events of a request, and the revision of these events.

    The same rules make the same revision again, so a repeated redrive changes nothing.
    """

    model_config = ConfigDict(frozen=True)

    mapping: str
    revision: str | None = None


class QuarantineDeadLetter(BaseModel):
    """The body of the message. It has no part of the request itself.

    `made` is None if no event was made of the request. `reasons` are the first of `reason_count`,
    and `reasons_digest` covers all.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    key: str = Field(pattern=KEY)
    request_id: str
    received_at: str
    reasons: list[Reason]
    reason_count: int
    reasons_digest: str = ""
    made: AppliedRules | None = None
