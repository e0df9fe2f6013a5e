"""The command line in this process: the same `main` that is installed, without a new Python for each command."""

import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.cli import main
from models.settings import settings


@dataclass(frozen=True, slots=True)
class Told:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  (an object of any command)
        """The one object on stdout; more than one, or anything beside it, is a failure."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaint(self) -> str:
        """The one line on stderr of a command that stopped."""
        assert self.err.count("\n") == 1, self.err
        assert not self.out, self.out
        return self.err.strip()


@dataclass(frozen=True, slots=True)
class Shell:
    """Commands with a data folder of their own."""

    data: Path

    def __call__(self, *words: str | Path, stdin: str | bytes = b"", **given: str) -> Told:
        """`given`: settings by their names without the prefix, as in PROFILE="jiande"."""
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        with _streams(raw) as (out, err), _environment(self.data, given):
            code = _run([str(word) for word in words])
        return Told(code, out.getvalue().decode(), err.getvalue())


def shell_from(template: Path, folder: Path) -> Shell:
    """A copy of an installation that stands already."""
    shutil.copytree(template, folder)
    return Shell(folder)


def _run(words: list[str]) -> int:
    settings.cache_clear()
    try:
        main(words)
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        settings.cache_clear()
    raise AssertionError("main always exits")


@contextmanager
def _environment(data: Path, given: dict[str, str]) -> Iterator[None]:
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("HUIYIN_")]:
        del os.environ[name]
    os.environ["HUIYIN_DATA_DIR"] = str(data)
    os.environ |= {f"HUIYIN_{name}": value for name, value in given.items()}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.StringIO]]:
    kept = sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.StringIO()
    written = io.TextIOWrapper(out, encoding="utf-8", newline="")
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"), written, err
    try:
        yield out, err
    finally:
        written.flush()
        sys.stdin, sys.stdout, sys.stderr = kept
        written.detach()
