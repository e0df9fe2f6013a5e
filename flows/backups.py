"""`huiyin backup` and `huiyin restore`: one tar: database, raw bytes, profile, own templates, models and key.

The tables come from one snapshot, the raw bytes after it: they are only ever added to, so none is missing.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from sqlalchemy import Connection, delete, func, select, update
from sqlmodel import Session, col
from sqlmodel import select as choose

from flows import backup_rows
from flows.backup_files import own_templates, restore_templates
from flows.house import House
from flows.opening import OtherProfile
from models.database import reading, writing
from models.errors import BadInput, Conflict, Unavailable
from models.tables.intake import DeadLetter, Inbox, Intake
from models.tables.record import Meta, ModelVersion
from models.vocabulary import DEMONSTRATION

FORMAT = 1
_MANIFEST = "manifest.json"
_TABLES, _BLOBS, _MODELS, _KEY, _PROFILE = "tables", "blobs", "models", "secret.key", "profile.yaml"


class BadBackup(BadInput):
    """备份文件已损坏，或不是回音的备份。"""

    exit_code = 3


class NotEmpty(Conflict):
    """这里已有数据，备份只能恢复到空的安装中。"""

    exit_code = 2


class _Writer:
    """Members of the tar with their digests; the manifest closes it."""

    def __init__(self, tar: tarfile.TarFile, folder: Path) -> None:
        self._tar, self.folder = tar, folder
        self.digests: dict[str, str] = {}

    def add(self, name: str, file: Path) -> None:
        self._tar.add(file, name, recursive=False)
        self.digests[name] = _digest(file)

    def add_bytes(self, name: str, content: bytes) -> None:
        file = self.folder / "member"
        file.write_bytes(content)
        self.add(name, file)

    def close(self, facts: dict[str, Any]) -> None:
        manifest = {"format": FORMAT, **facts, "sha256": dict(self.digests)}
        self.add_bytes(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())


def back_up(house: House, out: Path, now: datetime) -> dict[str, Any]:
    """Write the backup, whole or not at all, readable by its owner only: {"file", "rows", "blobs"}."""
    with _new_tar(out) as writer:
        facts, rows = _dump(house, writer)
        blobs = _add_blobs(house, writer)
        writer.add_bytes(_KEY, house.secret)
        if Path(house.settings.profile).is_file():
            writer.add(_PROFILE, Path(house.settings.profile))
        for name, file in own_templates(house):
            writer.add(name, file)
        for version, folder in _model_folders(house):
            for file in sorted(p for p in folder.rglob("*") if p.is_file()):
                writer.add(f"{_MODELS}/{version}/{file.relative_to(folder).as_posix()}", file)
        mark = {"notice": DEMONSTRATION} if house.profile.demonstration else {}
        writer.close({"made_at": now.isoformat(), "profile": house.profile.code, "blobs": blobs, **mark, **facts})
    return {"file": str(out), "rows": rows, "blobs": blobs}


def restore(house: House, source: Path) -> dict[str, Any]:
    """Restore into an empty installation, after every member proved whole: {"rows", "blobs", "profile_file"}.

    Raises BadBackup, NotEmpty or OtherProfile; the tables come back in one transaction.
    """
    with tempfile.TemporaryDirectory(dir=_temporary(house)) as name:
        folder = Path(name)
        manifest = _unpacked(source, folder)
        _must_fit(house, manifest)
        house.prepare()
        _must_be_empty(house)
        _restore_key(house, folder)
        blobs = _restore_blobs(house, folder)
        _restore_models(house, folder)
        restore_templates(house, folder)
        rows = _load(house, folder, manifest)
        kept = _restore_profile(house, folder)
    return {"rows": rows, "blobs": blobs, "profile_file": kept}


@contextmanager
def _new_tar(out: Path) -> Iterator[_Writer]:
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    mode = "w:gz" if out.name.endswith(("gz", "tgz")) else "w"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as handle:
            with tarfile.open(fileobj=handle, mode=mode) as tar, tempfile.TemporaryDirectory() as folder:  # type: ignore[call-overload]
                yield _Writer(tar, Path(folder))
            os.fsync(handle.fileno())
        part.replace(out)
    except OSError as error:
        raise Unavailable(f"{out}：备份无法写入（{error.strerror}）。请检查文件夹是否存在、可写、有空间。") from error
    finally:
        part.unlink(missing_ok=True)


def _dump(house: House, writer: _Writer) -> tuple[dict[str, Any], int]:
    counts: dict[str, int] = {}
    columns = {table.name: [c.name for c in table.columns] for table in backup_rows.tables()}
    with _snapshot(house) as connection:
        for table in backup_rows.tables():
            file = writer.folder / "table"
            with file.open("w", encoding="utf-8") as handle:
                counts[table.name] = backup_rows.write_table(connection, table, handle)
            writer.add(f"{_TABLES}/{table.name}.jsonl", file)
        file = writer.folder / "search"
        with file.open("w", encoding="utf-8") as handle:
            counts[backup_rows.SEARCH] = backup_rows.write_search(connection, handle)
        writer.add(f"{_TABLES}/{backup_rows.SEARCH}.jsonl", file)
        facts = {"revision": _revision(connection), "sequences": backup_rows.sequences(connection)}
    return {**facts, "columns": columns, "rows": counts}, sum(counts.values())


@contextmanager
def _snapshot(house: House) -> Iterator[Connection]:
    engine = house.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def _add_blobs(house: House, writer: _Writer) -> int:
    """What stands under its own digest; half-written files of a crash are left out."""
    fs, root = fsspec.core.url_to_fs(house.settings.blobs)
    keys = sorted(PurePosixPath(path).name for path in fs.find(root)) if fs.exists(root) else []
    whole = [key for key in keys if len(key) == hashlib.sha256().digest_size * 2]
    for key in whole:
        writer.add_bytes(f"{_BLOBS}/{key}", house.blobs.get(key))
    return len(whole)


def _model_folders(house: House) -> list[tuple[str, Path]]:
    with reading(house.engine) as session:
        versions = session.exec(choose(ModelVersion)).all()
    return [(v.version, Path(v.path)) for v in versions if Path(v.path).is_dir()]


def _unpacked(source: Path, folder: Path) -> dict[str, Any]:
    """Every member checked against the manifest before anything is restored; names never leave the folder."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        broken = [name for name, digest in manifest["sha256"].items() if _digest(folder / name) != digest]
    except FileNotFoundError as error:
        raise BadBackup(f"{source}：找不到文件，或备份里缺少 {Path(str(error.filename)).name}。") from None
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError) as error:
        raise BadBackup(f"{source}：不是完整的回音备份，请确认是 huiyin backup 生成的文件。") from error
    if broken:
        raise BadBackup(f"{source}：{broken[0]} 等 {len(broken)} 个成员与校验值不符，备份已损坏。")
    return manifest


def _must_fit(house: House, manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise BadBackup(f"备份格式为 {manifest.get('format')}，这个版本的回音只认 {FORMAT}。")
    if manifest["profile"] != house.profile.code:
        raise OtherProfile(f"备份属于辖区“{manifest['profile']}”，请先把 HUIYIN_PROFILE 设为它再恢复。")


def _must_be_empty(house: House) -> None:
    with house.engine.connect() as connection:
        full = [t.name for t in backup_rows.tables() if t.name != "meta" and _count(connection, t)]
    if full:
        raise NotEmpty(f"数据库里已有数据（{full[0]}），备份只能恢复到空的安装中。请另设 HUIYIN_DATA_DIR。")


def _count(connection: Connection, table: Any) -> int:  # noqa: ANN401
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _load(house: House, folder: Path, manifest: dict[str, Any]) -> int:
    counts: dict[str, int] = {}
    with writing(house.engine) as session:
        if (here := _revision(session.connection())) != manifest["revision"]:
            raise BadBackup(f"备份的表结构是 {manifest['revision']}，这里是 {here}，请用做备份时的版本恢复，再升级。")
        session.execute(delete(Meta))
        for table in backup_rows.tables():
            with (folder / _TABLES / f"{table.name}.jsonl").open(encoding="utf-8") as lines:
                counts[table.name] = backup_rows.read_table(session, table, manifest["columns"][table.name], lines)
        with (folder / _TABLES / f"{backup_rows.SEARCH}.jsonl").open(encoding="utf-8") as lines:
            counts[backup_rows.SEARCH] = backup_rows.read_search(session, lines)
        backup_rows.restore_sequences(session, manifest["sequences"])
        _send_again(session, house)
        _move_models(session, house)
        if counts != manifest["rows"]:
            raise BadBackup("恢复的行数与备份清单不符，没有改动任何数据。")
    return sum(counts.values())


def _send_again(session: Session, house: House) -> None:
    """A broker's records are in no backup: what was relayed and not yet handled goes on the queue once more."""
    if house.settings.queue_url.startswith("embedded:"):
        return
    handled = choose(Inbox.id).where(Inbox.id == Intake.id).exists()
    given_up = choose(DeadLetter.id).where(DeadLetter.id == Intake.id).exists()
    session.execute(update(Intake).where(~handled, ~given_up).values(relayed_at=None))


def _move_models(session: Session, house: House) -> None:
    for version in session.exec(choose(ModelVersion).where(col(ModelVersion.path) != "")).all():
        here = _models(house) / version.version
        if here.is_dir():
            version.path = str(here)
            session.add(version)


def _restore_key(house: House, folder: Path) -> None:
    """Query codes, queue keys and links rest on the key: another one would not know the senders again."""
    kept = (folder / _KEY).read_bytes().strip()
    given = house.settings.secret_key.get_secret_value().encode()
    if given and given != kept:
        raise Conflict("HUIYIN_SECRET_KEY 与备份中的密钥不同，请改用备份时的密钥，或去掉这项设置。")
    if given:
        return
    file = house.settings.data_dir / "secret.key"
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(kept)
    house.__dict__.pop("secret", None)


def _restore_blobs(house: House, folder: Path) -> int:
    files = sorted((folder / _BLOBS).glob("*")) if (folder / _BLOBS).is_dir() else []
    for file in files:
        if house.blobs.put(file.read_bytes()) != file.name:
            raise BadBackup(f"原始件 {file.name[:12]}… 的内容与名称不符，备份已损坏。")
    return len(files)


def _restore_models(house: House, folder: Path) -> None:
    if (folder / _MODELS).is_dir():
        shutil.copytree(folder / _MODELS, _models(house), dirs_exist_ok=True)


def _restore_profile(house: House, folder: Path) -> str | None:
    if not (folder / _PROFILE).is_file():
        return None
    kept = house.settings.data_dir / "restored-profile.yaml"
    shutil.copyfile(folder / _PROFILE, kept)
    return str(kept)


def _models(house: House) -> Path:
    return house.settings.data_dir.absolute() / "models"


def _temporary(house: House) -> Path:
    house.settings.data_dir.mkdir(parents=True, exist_ok=True)
    return house.settings.data_dir


def _revision(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
