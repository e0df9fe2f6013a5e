"""角色变更: what an operator proposed waits here for another operator or an auditor."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console import factor_resets, password_resets
from console.web.context import back, house_of, must_be, pages
from console.web.menu import allowed
from models.actions import role_changes
from models.actions.as_seen import last_step
from models.database import reading, writing
from models.queries.people import decided_resets, list_factor_resets, list_password_resets, list_role_changes, names
from models.vocabulary import Role

router = APIRouter()
_ROOM = "/console/roles"
_Note = Annotated[str, Form(max_length=500)]


@router.get(_ROOM)
def listed(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    with reading(house_of(request).engine) as session:
        resets, forgotten = list_factor_resets(session), list_password_resets(session)
        values = {
            "changes": list_role_changes(session), "names": names(session), "resets_asked": resets,
            "forgotten": forgotten, "decided": decided_resets(session),
            "factor_steps": {r.login: last_step(session, "user", r.login, factor_resets.ASKED) for r in resets},
            "password_steps": {r.login: last_step(session, "user", r.login, password_resets.ASKED) for r in forgotten},
        }  # fmt: skip
    return pages(request).show(request, "role_changes.html", values)


@router.post("/console/admin/users/{login}/role")
def propose(
    request: Request, login: str, role: Annotated[Role, Form()], why: _Note,
    unit: Annotated[str, Form(max_length=60)] = "",
) -> Response:  # fmt: skip
    person = must_be(request, *allowed("/console/admin"))
    house = house_of(request)
    if unit:
        house.profile.unit(unit)
    with writing(house.engine) as session:
        role_changes.propose(session, login, role, unit or None, why, person.actor, house.now())
    return back("/console/admin/users", f"已提出将 {login} 改为{role.label}，须由另一位系统管理员或审计员复核后生效。")


@router.post(_ROOM + "/{change}")
def decide(
    request: Request, change: int, agreed: Annotated[bool, Form()], note: _Note = "",
) -> Response:  # fmt: skip
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    with writing(house.engine) as session:
        row = role_changes.decide(session, change, agreed, note, person.actor, house.now())
        withdrawn = row.decided_by == row.proposed_by
        done = "同意并生效，其登录已全部失效" if agreed else "撤回" if withdrawn else "退回"
        said = f"{row.login} 的角色变更已{done}。"
    return back(_ROOM, said)
