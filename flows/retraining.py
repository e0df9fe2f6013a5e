"""The machine learns from moderators' corrections, and goes live only when it is not worse (DECISIONS: learning)."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from flows.house import House
from flows.model_labels import in_codes
from models.actions.step import note
from models.actions.sweeps import succeeded
from models.actors import SYSTEM, Actor
from models.database import reading, writing
from models.errors import Conflict, NotFound
from models.tables.messages import Message
from models.tables.orders import Correction, WorkOrder
from models.tables.record import ModelVersion
from models.vocabulary import OrderStatus

FEWEST_CORRECTIONS = 50
KEPT = 3
_HELD_OUT = 5  # every fifth message is for judging, not for learning
_MOST_CONFIRMED = 5_000


def versions(house: House) -> list[dict[str, Any]]:
    with reading(house.engine) as session:
        rows = session.exec(select(ModelVersion).order_by(col(ModelVersion.created_at).desc())).all()
    return [
        {"version": r.version, "path": r.path, "live": r.live, "created_at": r.created_at.isoformat(),
         "metrics": r.metrics}
        for r in rows
    ]  # fmt: skip


def promote(
    house: House, version: str, now: datetime, labels: Mapping[str, str] | None = None, actor: Actor = SYSTEM
) -> str:
    """Make a recorded version live, or a model's folder; a folder is copied into our own, its labels put in codes.

    `labels` tells what a town's own labels mean here. A model whose labels had to be put in codes is another
    version: what it decides bears that version's name.
    """
    with reading(house.engine) as session:
        known = session.get(ModelVersion, version)
    if known is None:
        known = _adopted(house, Path(version), labels or {}, now)
    house.judgement_of(known.path)
    with writing(house.engine) as session:
        row = session.merge(known)
        session.execute(update(ModelVersion).values(live=False))
        row.live, row.promoted_at = True, now
        session.add(row)
        note(session, "model", row.version[:60], "promote", actor, now)
        live = row.version
    _forget_old(house)
    return live


def promote_recorded(house: House, version: str, now: datetime, actor: Actor) -> str:
    """Make one live that the record names; a folder is nothing that a page may give."""
    with reading(house.engine) as session:
        if session.get(ModelVersion, version) is None:
            raise NotFound("没有这个模型版本。")
    return promote(house, version, now, actor=actor)


def rollback(house: House, now: datetime, actor: Actor = SYSTEM, seen: str | None = None) -> str | None:
    """The version that was live before this one; None: back to the shipped one.

    `seen`: the version that a page showed as live. A form that is sent twice goes one version back, not two.
    """
    with writing(house.engine) as session:
        known = session.exec(
            select(ModelVersion)
            .where(col(ModelVersion.promoted_at).is_not(None))
            .order_by(col(ModelVersion.promoted_at).desc())
            .with_for_update()
        ).all()
        if seen is not None and seen != next((version.version for version in known if version.live), None):
            raise Conflict("在用的模型在您打开页面后已有变动，这次没有退回；请看过现在的情况再办。")
        if not known or not known[0].live:
            raise NotFound("现在用的就是随产品附带的模型，没有可退回的版本。")
        known[0].live, known[0].promoted_at = False, None
        before = known[1] if len(known) > 1 else None
        if before is not None:
            before.live = True
        session.add_all(known)
        note(session, "model", known[0].version[:60], "rollback", actor, now)
    return before.version if before else None


def retrain(house: House, now: datetime) -> dict[str, Any]:
    """Fit on the corpus and the corrections, judge both on what was held out, promote what is not worse."""
    from classifiers.evaluation import evaluate
    from classifiers.judgement import Judgement
    from classifiers.training import corpus_rows, fit_rows

    corrections, confirmed = _corrections(house), _confirmed(house)
    if len(corrections) < FEWEST_CORRECTIONS:
        return _kept(house, now, {"promoted": False, "corrections": len(corrections)})
    held_out = [row for row in [*corrections, *confirmed] if _is_held_out(row)]
    learned = [row for row in corrections if not _is_held_out(row)]
    folder = _folder(house, f"{now:%Y%m%d%H%M%S}")
    artifact = fit_rows([*corpus_rows(), *learned], out=folder)
    old, new = house.judgement, Judgement.load(folder, house.profile.regions, precision=house.profile.accept_precision)
    before, after = _accuracy(old, held_out), _accuracy(new, held_out)
    per_label = evaluate(held_out, new).per_label if held_out else {}
    classes = {label: asdict(figures) for label, figures in per_label.items()}
    metrics = {"held_out": len(held_out), "accuracy": after, "before": before, "classes": classes}
    with writing(house.engine) as session:
        session.merge(ModelVersion(version=artifact.version, path=str(folder), created_at=now, metrics=metrics))
    promoted = bool(held_out) and after >= before
    if promoted:
        promote(house, artifact.version, now)
    return _kept(house, now, {"promoted": promoted, "version": artifact.version, **metrics})


def _kept(house: House, now: datetime, result: dict[str, Any]) -> dict[str, Any]:
    with writing(house.engine) as session:
        succeeded(session, "retrain", now, result)
    return result


def _accuracy(judgement: Any, rows: list[dict[str, Any]]) -> float:  # noqa: ANN401  (imported when needed)
    from classifiers.text import Text

    found = judgement.findings([Text(id="", text=row["text"], title=row["title"]) for row in rows])
    right = sum(bool(f.domain == row["domain"]) for f, row in zip(found, rows, strict=True))
    return float(round(right / len(rows), 4)) if rows else 0.0


def _is_held_out(row: Mapping[str, Any]) -> bool:
    """Every fifth, by the message's id: what one model learned from no later one is judged on, nor the reverse."""
    return bool(row["id"].int % _HELD_OUT == 0)


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
    newest = {mid: {"id": mid, "title": title, "text": text, "domain": domain} for mid, title, text, domain in rows}
    return list(newest.values())


def _confirmed(house: House) -> list[dict[str, Any]]:
    """Messages of closed orders whose domain nobody corrected: where a new model must not do worse.

    Corrections alone are the old model's faults; on them any new one looks better.
    """
    corrected = select(Correction.message_id).where(Correction.field == "domain")
    with reading(house.engine) as session:
        rows = session.exec(
            select(Message.id, Message.title, Message.text, WorkOrder.domain)
            .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
            .where(WorkOrder.status == OrderStatus.CLOSED.value, col(WorkOrder.sealed).is_(False))
            .where(col(Message.text).is_not(None), col(Message.id).not_in(corrected))
            .order_by(col(WorkOrder.id).desc())
            .limit(_MOST_CONFIRMED)
        ).all()
    return [{"id": mid, "title": title, "text": text, "domain": domain} for mid, title, text, domain in rows]


def _adopted(house: House, folder: Path, labels: Mapping[str, str], now: datetime) -> ModelVersion:
    """A copy of a model's folder in the workspace, so that moving the original stops nothing."""
    from classifiers.artifact import load_artifact, save_artifact

    if not folder.is_dir():
        raise NotFound(f"没有名为 {folder} 的模型版本，也没有这个文件夹。用 huiyin model list 查看。")
    given = load_artifact(folder)
    waiting = _folder(house, f"{given.version}.new")
    kept = save_artifact(in_codes(given, house.profile, labels), waiting)
    home = _folder(house, kept.version)
    shutil.rmtree(home, ignore_errors=True)
    waiting.rename(home)
    metrics = {"held_out": kept.held_out, "rows": kept.rows, "trained_as": given.version}
    return ModelVersion(version=kept.version, path=str(home), created_at=now, metrics=metrics)


def _folder(house: House, name: str) -> Path:
    return (house.settings.data_dir / "models" / name).absolute()


def _forget_old(house: House) -> None:
    """The last three that were promoted are kept, and the last three that were made."""
    with writing(house.engine) as session:
        rows = session.exec(select(ModelVersion).order_by(col(ModelVersion.created_at).desc())).all()
        promoted = sorted((r for r in rows if r.promoted_at), key=lambda r: r.promoted_at or r.created_at, reverse=True)
        kept = {row.version for row in [*rows[:KEPT], *promoted[:KEPT]]} | {r.version for r in rows if r.live}
        gone = [row for row in rows if row.version not in kept]
        for row in gone:
            session.delete(row)
        folders = [Path(row.path) for row in gone]
    for folder in folders:
        if folder.parent == _folder(house, ""):
            shutil.rmtree(folder, ignore_errors=True)
