"""Deletes the texts of documents after their entities were deleted."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pydantic import BaseModel, ValidationError

from entities.document import Document, text_key
from ingestion.aws.conditional_put import status_of
from ingestion.search.entry import TEXT_KEY_FIELD
from ingestion.store.change import Change

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class UploadTime(BaseModel):
    """The part of a text object that says when its file was uploaded."""

    uploaded_at: str


@dataclass(frozen=True)
class DeletedTexts:
    """The bucket of the texts."""

    s3: "S3Client"
    bucket: str

    def delete(self, change: Change) -> None:
        """Delete the text of a document that the table no longer has. Raises boto3's errors.

        The text of a later upload stays: its event may still be on its way. An upload that writes
        its text meanwhile changes the ETag.
        """
        key = self._key_of(change)
        if not key:
            return
        try:
            stored = self.s3.get_object(Bucket=self.bucket, Key=key)
            if _is_older(stored["Body"].read(), change.time):
                self.s3.delete_object(Bucket=self.bucket, Key=key, IfMatch=stored["ETag"])
        except ClientError as error:
            gone = (HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT)
            if status_of(error) not in gone:
                raise

    def _key_of(self, change: Change) -> str | None:
        """Return the key of the deleted document's own text. No entity may name another's."""
        before = change.data.before
        if change.kind != "deleted" or change.entity_name != Document.entity_name or not before:
            return None
        key = before.get(TEXT_KEY_FIELD)
        match str(key).split("/"):
            case [_, source, _] if key == text_key(source, change.subject):
                return str(key)
        return None


def _is_older(content: bytes, time: str) -> bool:
    """Return whether the text is of an upload before this time. Other bytes are no text."""
    try:
        return UploadTime.model_validate_json(content).uploaded_at < time
    except ValidationError:
        return True
