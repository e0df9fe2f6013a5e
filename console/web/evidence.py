"""Files that come with a form: measured before any is kept, so that a refusal loses nothing."""

from collections.abc import Sequence

from fastapi import UploadFile

from models.actions.promise_progress import Evidence, check_sizes
from models.blobs import BlobStore


def taken(blobs: BlobStore, uploads: Sequence[UploadFile]) -> list[Evidence]:
    """Into the blob store; EvidenceTooLarge before the first byte is stored. A field left empty is no file."""
    given = [each for each in uploads if each.filename]
    check_sizes([(each.filename or "", each.size or 0) for each in given])
    kept = []
    for each in given:
        content = each.file.read()
        name = (each.filename or "").replace("\\", "/").rpartition("/")[2]
        media = each.content_type or "application/octet-stream"
        kept.append(Evidence(name, media, len(content), blobs.put(content)))
    return kept
