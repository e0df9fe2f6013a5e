"""A published edition on disk: all files or none, and the same bytes again from the store of blobs."""

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from models.blobs import BlobStore, digest
from models.errors import Unavailable


def write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Written beside and moved into place."""
    part = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    try:
        part.mkdir(parents=True)
        for name, content in files.items():
            (part / name).write_bytes(content)
        erase(folder)
        part.replace(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise Unavailable(f"选登文件写不进 {folder}：{error.strerror}，请检查目录权限和磁盘空间。") from error
    return [folder / name for name in files]


def write_one(file: Path, content: bytes) -> None:
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    part.write_bytes(content)
    part.replace(file)


def erase(folder: Path) -> None:
    """Moved out of sight at once, then removed: nobody reads half an edition."""
    if not folder.exists():
        return
    gone = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    folder.replace(gone)
    shutil.rmtree(gone)


def stored(blobs: BlobStore, folder: Path, digests: Mapping[str, str]) -> list[Path]:
    """The files of an edition as it was published: those there, or the same bytes from the store."""
    files = [folder / name for name in digests]
    if any(not f.is_file() or digest(f.read_bytes()) != digests[f.name] for f in files):
        return write(folder, {name: blobs.get(key) for name, key in digests.items()})
    return files
