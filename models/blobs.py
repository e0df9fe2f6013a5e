"""The content-addressed store of raw bytes: the key is the SHA-256 of what is kept."""

import hashlib
import uuid
from functools import cache
from typing import Any, Protocol

from models.errors import BadSettings, HuiyinError, NotFound, Unavailable


class BlobDamaged(HuiyinError):
    """原始件内容与校验值不符，存储可能损坏。"""


class BlobStore(Protocol):
    def put(self, content: bytes) -> str: ...
    def get(self, key: str) -> bytes: ...
    def erase(self, key: str) -> bool: ...


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class MemoryBlobs:
    """For tests."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        key = digest(content)
        self.kept[key] = content
        return key

    def get(self, key: str) -> bytes:
        if key not in self.kept:
            raise NotFound(f"原始件 {key[:12]}… 不在存储中。")
        return self.kept[key]

    def erase(self, key: str) -> bool:
        return self.kept.pop(key, None) is not None


class FsspecBlobs:
    """Any store that fsspec reaches: a local folder by default, shared storage when distributed."""

    def __init__(self, url: str) -> None:
        import fsspec

        self._fs: Any
        try:
            self._fs, self._root = fsspec.core.url_to_fs(url, auto_mkdir=True)
        except (ValueError, ImportError, TypeError) as error:
            raise BadSettings(
                f"HUIYIN_BLOB_URL 不可用（{error}），应为文件夹的 file:// 地址或已装驱动的存储地址。"
            ) from error

    def put(self, content: bytes) -> str:
        key = digest(content)
        path = self._path(key)
        try:
            if not self._fs.exists(path):
                # Written beside and moved, so that a crash leaves no half file under a whole file's name.
                part = f"{path}.{uuid.uuid4().hex}.part"
                self._fs.pipe_file(part, content)
                self._fs.mv(part, path)
        except OSError as error:
            raise Unavailable(f"原始件存储写入失败：{error}") from error
        return key

    def get(self, key: str) -> bytes:
        try:
            content: bytes = self._fs.cat_file(self._path(key))
        except FileNotFoundError:
            raise NotFound(f"原始件 {key[:12]}… 不在存储中。") from None
        except OSError as error:
            raise Unavailable(f"原始件存储读取失败：{error}") from error
        if digest(content) != key:
            raise BlobDamaged(f"原始件 {key[:12]}… 内容与校验值不符，存储可能损坏。")
        return content

    def erase(self, key: str) -> bool:
        if not self._fs.exists(self._path(key)):
            return False
        self._fs.rm_file(self._path(key))
        return True

    def _path(self, key: str) -> str:
        return f"{self._root}/{key[:2]}/{key}"


@cache
def open_blobs(url: str) -> BlobStore:
    return FsspecBlobs(url)
