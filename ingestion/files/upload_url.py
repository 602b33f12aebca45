"""Create the URL to which a source may upload one file."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from uuid import uuid4

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ingestion.catalog import Catalog
from ingestion.errors import FieldError, RefusedFile, RejectedRecord, validate_as
from ingestion.files.archive import FORMATS, check_file_name
from ingestion.settings import ApiSettings
from ingestion.syntax.times import Timestamp, timestamp

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VALID_SECONDS = 15 * 60
MAX_NAME_CHARACTERS = 200
_ENDINGS = (*FORMATS, "ndjson")
_ANY_CASE = {ending: "".join(f"[{c}{c.upper()}]" for c in ending) for ending in _ENDINGS}
_NAME = rf"^[^/]+\.(({'|'.join(_ANY_CASE.values())})(\.[gG][zZ])?|[zZ][iI][pP])$"


def _own_name(name: str) -> str:
    if "/" in name or not name.isprintable():
        raise ValueError("must be a file's own name, in printable characters, without folders")
    if name in (".", ".."):
        raise ValueError('must be a file\'s own name: "." and ".." are names of folders')
    return name


def _name_of_rows(name: str) -> str:
    try:
        check_file_name(name)
    except RefusedFile as refusal:
        raise ValueError(refusal.detail) from refusal
    return name


def _int_of_decimal(value: Any) -> Any:
    """Return 7.0 as 7.

    A number of 16 or more digits stays a Decimal, because 1e999999999 as int would fill the memory.
    """
    is_short = isinstance(value, Decimal) and abs(value.adjusted()) < 15
    return int(value) if is_short and value == int(value) else value


def _name_field(pattern: str) -> Any:
    return Field(
        min_length=1,
        max_length=MAX_NAME_CHARACTERS,
        description="The file's own name, in printable characters.",
        json_schema_extra={"pattern": pattern},
    )


class DocumentUploadRequest(BaseModel):
    """The document that a source will upload. Its content shows the format."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    name: Annotated[str, _name_field("^[^/]+$"), AfterValidator(_own_name)]
    size: Annotated[
        int,
        Field(ge=0, description="The file's bytes, at most as many as the platform accepts."),
        BeforeValidator(_int_of_decimal),
    ]


class UploadRequest(DocumentUploadRequest):
    """The file that a source will upload. The name shows the format, such as `x.csv.gz`."""

    name: Annotated[
        str, _name_field(_NAME), AfterValidator(_own_name), AfterValidator(_name_of_rows)
    ]


class PresignedUpload(BaseModel):
    """How to upload the file: method and URL, the headers to send, expiry and largest size."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]
    key: str
    expires_at: Timestamp
    max_bytes: int


@dataclass(frozen=True)
class UploadUrls:
    """The bucket, its client, the largest size of a file, and the sources that send documents."""

    s3: "S3Client"
    bucket: str
    max_bytes: int
    document_sources: Collection[str] = ()

    @classmethod
    def of(cls, s3: "S3Client", settings: ApiSettings, catalog: Catalog) -> Self:
        """Return the creator of URLs for the sources of a catalog."""
        return cls(s3, settings.bucket, settings.max_upload_bytes, catalog.document_sources)

    def presign(self, source: str, document: Any) -> PresignedUpload:
        """Return a URL of a new object of this size. S3 refuses other sizes, and a second upload.

        `document` is the JSON of the source's request. Raises RejectedRecord if it is invalid.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        model = DocumentUploadRequest if source in self.document_sources else UploadRequest
        request = validate_as(model, document, "invalid_upload")
        if request.size > self.max_bytes:
            fault = FieldError(
                "size", f"must be at most {self.max_bytes}: pack the file, or split it"
            )
            raise RejectedRecord("invalid_upload", fault)
        key = f"uploads/{source}/{uuid4()}/{request.name}"
        place = {"Bucket": self.bucket, "Key": key}
        url = self.s3.generate_presigned_url(
            "put_object",
            Params=place | {"ContentLength": request.size, "IfNoneMatch": "*"},
            ExpiresIn=VALID_SECONDS,
        )
        return PresignedUpload(
            url=url,
            headers={"Content-Length": str(request.size), "If-None-Match": "*"},
            key=key,
            expires_at=timestamp(datetime.now(UTC) + timedelta(seconds=VALID_SECONDS)),
            max_bytes=self.max_bytes,
        )
