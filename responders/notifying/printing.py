"""The notifier that prints: a line of JSON for each letter, in a file that only its owner may read."""

import json
import os
import sys
from pathlib import Path

from responders.notifying.port import Letter, TransportFailed


class PrintingNotifier:
    """Appends to `file`; with `verbose` a short line on stderr as well."""

    def __init__(self, file: Path, *, verbose: bool = False) -> None:
        self._file, self._verbose = file, verbose

    def send(self, letter: Letter) -> str:
        row = {
            "key": letter.key.hex, "target": letter.target, "title": letter.title, "text": letter.text,
            "again": letter.again,
        }  # fmt: skip
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
        try:
            self._append(line)
        except OSError as error:
            raise TransportFailed(f"通知无法写入 {self._file}：{error.strerror}。") from error
        if self._verbose:
            sys.stderr.write(f"通知 {letter.title}\n")
        return f"print:{letter.key.hex}"

    def _append(self, line: bytes) -> None:
        """One write on O_APPEND, so that two processes never mix their lines."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
