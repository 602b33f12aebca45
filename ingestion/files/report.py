"""The report of an uploaded file."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Example(BaseModel):
    """One of the first rejected rows."""

    line: int
    reason: str
    message: str


class Report(BaseModel):
    """The outcome of an upload: `rows` is always the sum of `accepted` and `rejected`.

    `state` is `extracting` at first. It is `inserting` when all rows are read and every part is in
    the bucket, and `done` when the events of all parts are published. `refused` is a slug that says
    why no further row could be read, and `detail` what would be right. `rejections` counts rejected
    rows by reason. Times are UTC.
    """

    # A report that an older version started has two more fields.
    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    source: str
    upload_id: str
    key: str
    version_id: str | None
    size_bytes: int
    state: Literal["extracting", "inserting", "done"] = "extracting"
    refused: str = ""
    detail: str = ""
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    rejections: dict[str, int] = {}
    examples: list[Example] = []
    parts: int = 0
    uploaded_at: str
    started_at: str
    extracted_at: str | None = None
    inserted_at: str | None = None
