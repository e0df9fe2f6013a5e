"""The office's own templates: beside its profile, or put in by an operator; checked before they are kept."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.house import House
from models.actions.step import note
from models.actors import Actor
from models.blobs import digest
from models.database import writing
from models.errors import HuiyinError, NotFound, Unavailable
from models.vocabulary import Role
from responders.papers import making
from responders.papers.catalogue import PAPERS
from responders.papers.checking import Template
from responders.papers.kinds import Format, Paper

_FOLDER = "templates"


@dataclass(frozen=True, slots=True)
class Standing:
    """A paper's template as it stands: whose it is, and what is wrong with it."""

    paper: Paper
    kind: Format
    file: str
    own: bool
    fault: str


def folders(house: House) -> list[Path]:
    """Where an office's templates are looked for, the first that has one counts."""
    found = [house.settings.data_dir / _FOLDER]
    beside = Path(house.settings.profile)
    if beside.is_file():
        found.append(beside.parent / _FOLDER)
    return found


def template_for(house: House, paper: Paper, kind: Format) -> Template:
    for folder in folders(house):
        if (folder / making.file_name(paper, kind)).is_file():
            return making.template_of(paper, kind, folder)
    return making.shipped(paper, kind)


def standing(house: House) -> list[Standing]:
    """Every template of every paper; an own one that no longer fits says why."""
    found = []
    for paper in PAPERS.values():
        for kind in paper.formats:
            name = making.file_name(paper, kind)
            own = any((folder / name).is_file() for folder in folders(house))
            found.append(Standing(paper, kind, name, own, _fault(house, paper, kind) if own else ""))
    return found


def _fault(house: House, paper: Paper, kind: Format) -> str:
    try:
        making.check(paper, kind, template_for(house, paper, kind))
    except HuiyinError as error:
        return str(error)
    return ""


def put_template(house: House, paper: Paper, kind: Format, template: Template, actor: Actor, now: datetime) -> None:
    """Keep it in place of the shipped one. BadTemplate says what is wrong, and what was in use stays so."""
    actor.must_be(Role.OPERATOR)
    making.check(paper, kind, template)
    file = folders(house)[0] / making.file_name(paper, kind)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        part.write_bytes(template.content)
        part.replace(file)
    except OSError as error:
        raise Unavailable(f"{file}：无法写入（{error.strerror}）。请检查文件夹是否可写、有空间。") from error
    _note(house, paper, kind, "put_template", digest(template.content), actor, now)


def drop_template(house: House, paper: Paper, kind: Format, actor: Actor, now: datetime) -> None:
    """Back to the shipped one."""
    actor.must_be(Role.OPERATOR)
    file = folders(house)[0] / making.file_name(paper, kind)
    if not file.is_file():
        raise NotFound(f"《{paper.name}》（{kind}）没有本单位模板，用的就是自带模板。")
    file.unlink()
    _note(house, paper, kind, "drop_template", "", actor, now)


def _note(house: House, paper: Paper, kind: Format, action: str, sha256: str, actor: Actor, now: datetime) -> None:
    with writing(house.engine) as session:
        note(session, "template", f"{paper.code}.{kind}", action, actor, now, detail={"sha256": sha256})
