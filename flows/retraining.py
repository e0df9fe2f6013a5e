"""The machine learns from moderators' corrections, and goes live only when it is not worse (DECISIONS: learning)."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from flows.house import House
from models.actions.step import note
from models.actions.sweeps import succeeded
from models.actors import SYSTEM
from models.database import reading, writing
from models.errors import NotFound
from models.tables.messages import Message
from models.tables.orders import Correction, WorkOrder
from models.tables.record import ModelVersion

FEWEST_CORRECTIONS = 50
KEPT = 3
_HELD_OUT = 5  # every fifth correction is for judging, not for learning


def versions(house: House) -> list[dict[str, Any]]:
    with reading(house.engine) as session:
        rows = session.exec(select(ModelVersion).order_by(col(ModelVersion.created_at).desc())).all()
    return [
        {"version": r.version, "path": r.path, "live": r.live, "created_at": r.created_at.isoformat(),
         "metrics": r.metrics}
        for r in rows
    ]  # fmt: skip


def promote(house: House, version: str, now: datetime) -> str:
    """Make a recorded version live, or a model's folder that is recorded by this."""
    with reading(house.engine) as session:
        known = session.get(ModelVersion, version)
    _usable(house, known.path if known else version)
    with writing(house.engine) as session:
        row = session.get(ModelVersion, version) or _recorded(session, Path(version), now)
        session.execute(update(ModelVersion).values(live=False))
        row.live, row.promoted_at = True, now
        session.add(row)
        note(session, "model", row.version[:60], "promote", SYSTEM, now)
    return row.version


def rollback(house: House, now: datetime) -> str | None:
    """The version that was live before this one; None: back to the shipped one."""
    with writing(house.engine) as session:
        known = session.exec(
            select(ModelVersion)
            .where(col(ModelVersion.promoted_at).is_not(None))
            .order_by(col(ModelVersion.promoted_at).desc())
        ).all()
        if not known or not known[0].live:
            raise NotFound("现在用的就是随产品附带的模型，没有可退回的版本。")
        known[0].live, known[0].promoted_at = False, None
        before = known[1] if len(known) > 1 else None
        if before is not None:
            before.live = True
        session.add_all(known)
        note(session, "model", known[0].version[:60], "rollback", SYSTEM, now)
    return before.version if before else None


def retrain(house: House, now: datetime) -> dict[str, Any]:
    """Fit on the corpus and the corrections, judge both on what was held out, promote what is not worse."""
    from classifiers.judgement import Judgement
    from classifiers.training import corpus_rows, fit_rows

    corrections = _corrections(house)
    if len(corrections) < FEWEST_CORRECTIONS:
        return _kept(house, now, {"promoted": False, "corrections": len(corrections)})
    held_out = corrections[::_HELD_OUT]
    learned = [row for i, row in enumerate(corrections) if i % _HELD_OUT]
    folder = house.settings.data_dir / "models" / f"{now:%Y%m%d%H%M%S}"
    artifact = fit_rows([*corpus_rows(), *learned], out=folder)
    old, new = house.judgement, Judgement.load(folder, house.profile.regions, precision=house.profile.accept_precision)
    before, after = _accuracy(old, held_out), _accuracy(new, held_out)
    metrics = {"held_out": len(held_out), "accuracy": after, "before": before}
    with writing(house.engine) as session:
        session.merge(
            ModelVersion(version=artifact.version, path=str(folder.absolute()), created_at=now, metrics=metrics)
        )
    promoted = after >= before
    if promoted:
        promote(house, artifact.version, now)
        _forget_old(house)
    return _kept(house, now, {"promoted": promoted, "version": artifact.version, **metrics})


def _kept(house: House, now: datetime, result: dict[str, Any]) -> dict[str, Any]:
    with writing(house.engine) as session:
        succeeded(session, "retrain", now, result)
    return result


def _accuracy(judgement: Any, rows: list[dict[str, Any]]) -> float:  # noqa: ANN401  (imported when needed)
    from classifiers.text import Text

    found = judgement.findings([Text(id="", text=row["text"], title=row["title"]) for row in rows])
    right = sum(bool(f.domain == row["domain"]) for f, row in zip(found, rows, strict=True))
    return float(round(right / len(rows), 4))


def _corrections(house: House) -> list[dict[str, Any]]:
    """The newest correction of each message; never of a sealed order."""
    with reading(house.engine) as session:
        rows = session.exec(
            select(Message.id, Message.title, Message.text, Correction.corrected)
            .join(Correction, col(Correction.message_id) == col(Message.id))
            .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
            .where(Correction.field == "domain", col(WorkOrder.sealed).is_(False), col(Message.text).is_not(None))
            .order_by(col(Correction.id))
        ).all()
    newest = {mid: {"title": title, "text": text, "domain": domain} for mid, title, text, domain in rows}
    return list(newest.values())


def _usable(house: House, folder: str) -> None:
    """Better refused here than by the worker."""
    if not Path(folder).is_dir():
        raise NotFound(f"没有名为 {folder} 的模型版本，也没有这个文件夹。用 huiyin model list 查看。")
    house.judgement_of(folder)


def _recorded(session: Session, folder: Path, now: datetime) -> ModelVersion:
    from classifiers.artifact import load_artifact

    artifact = load_artifact(folder)
    return session.merge(ModelVersion(version=artifact.version, path=str(folder.absolute()), created_at=now))


def _forget_old(house: House) -> None:
    """The last three promoted versions are kept."""
    with writing(house.engine) as session:
        rows = session.exec(select(ModelVersion).order_by(col(ModelVersion.created_at).desc())).all()
        for row in rows[KEPT:]:
            if not row.live:
                session.delete(row)
