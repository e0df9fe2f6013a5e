"""A citizen's files: few, small, of known kinds by their own bytes; pictures without what a camera notes."""

from collections.abc import Sequence
from typing import Final

from fastapi import UploadFile

from models.errors import BadInput
from models.inbound import InboundAttachment
from models.pictures import without_notes

MOST_FILES: Final = 3
MOST_BYTES: Final = 5 * 1024 * 1024
_OFFICE: Final = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KINDS: Final = "JPG、PNG 图片，PDF，DOCX，XLSX"
ACCEPT: Final = ".jpg,.jpeg,.png,.pdf,.docx,.xlsx"


def attachments_of(uploads: Sequence[UploadFile]) -> tuple[InboundAttachment, ...]:
    """A form's files; a field left empty is no file."""
    given = [each for each in uploads if each.filename]
    return attachments_from([(each.filename or "", each.file.read(MOST_BYTES + 1)) for each in given[: MOST_FILES + 1]])


def attachments_from(files: Sequence[tuple[str, bytes]]) -> tuple[InboundAttachment, ...]:
    """(name, content); BadInput names the file and the limit, and nothing is kept before all are seen."""
    if len(files) > MOST_FILES:
        raise BadInput(f"附件最多 {MOST_FILES} 个，请删减后再提交。")
    return tuple(_attachment(name, content) for name, content in files)


def _attachment(given: str, content: bytes) -> InboundAttachment:
    name = given.replace("\\", "/").rpartition("/")[2][:120]
    if len(content) > MOST_BYTES:
        raise BadInput(f"附件“{name}”超过 {MOST_BYTES // 1024 // 1024} MB，请压缩后再提交。")
    kind = _kind(name, content)
    if kind is None:
        raise BadInput(f"附件“{name}”不是可以收的类型，可收：{KINDS}。")
    return InboundAttachment(name, kind, without_notes(content))


def _kind(name: str, content: bytes) -> str | None:
    """By the first bytes; what a browser says of a file is not believed."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    ending = name[name.rfind(".") :].lower()
    return _OFFICE.get(ending) if content.startswith(b"PK\x03\x04") else None
