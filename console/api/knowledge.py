"""`/api/knowledge`: the public part of the knowledge base for other systems (T 一(四)3 共享知识库)."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse

from console.api.problems import PROBLEMS, ApiRoute, Told, rows, shape, told, told_as
from console.web.attempts import Attempts, address_of
from flows.house import House
from flows.knowledge import public_entry, searched
from models.database import reading
from models.queries.knowledge import newest_public
from models.tables.knowledge import KnowledgeVersion
from models.vocabulary import DEMONSTRATION

_LAST = 2**63 - 1  # as far as a database column counts


class Knowledge:
    """Only what was approved for the public and is in force today."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._searches = Attempts(most=600, seconds=600)  # another system asks for many people

    def listed(
        self,
        request: Request,
        q: Annotated[str, Query(max_length=200, description="要查的问题；不写则给出最近审核通过的")] = "",
        domain: Annotated[str, Query(max_length=40, description="领域代码；查询问题时不起作用")] = "",
    ) -> JSONResponse:
        """查公开的问答条目，最贴近的在前；已过期、停用和未审核的不会出现。"""
        house, today = self._house, self._house.today()
        if q.strip():
            self._searches.count(address_of(request))
        with reading(house.engine) as session:
            found = searched(house, session, q, today) if q.strip() else newest_public(session, today, domain or None)
        return self._answer({"count": len(found), "entries": [self._told(said) for said in found]})

    def one(self, entry: Annotated[int, Path(ge=1, le=_LAST, description="条目编号")]) -> JSONResponse:
        """一条公开的问答。"""
        with reading(self._house.engine) as session:
            said = public_entry(session, entry, self._house.today())
        return self._answer(self._told(said))

    def _answer(self, body: dict[str, Any]) -> JSONResponse:
        marks = {"notice": DEMONSTRATION} if self._house.profile.demonstration else {}
        return JSONResponse(body | marks, headers={"cache-control": "no-store"})

    def _told(self, said: KnowledgeVersion) -> dict[str, Any]:
        unit = self._house.profile.units_by_code.get(said.unit)
        return {
            "id": said.entry_id, "version": said.version, "question": said.question, "answer": said.answer,
            "unit": unit.name if unit else said.unit, "domain": said.domain, "policy": said.policy,
            "valid_until": said.valid_until.isoformat(),
        }  # fmt: skip


_ENTRY: dict[str, Told] = {
    "id": "integer: 条目编号", "version": "integer: 第几版", "question": "string: 问题", "answer": "string: 答复",
    "unit": "string: 责任单位", "domain": "string?: 领域代码", "policy": "string?: 政策依据",
    "valid_until": {"type": "string", "format": "date", "description": "有效期至"},
}  # fmt: skip
_NOTICE = "string~: 演示数据的说明，只有演示环境才有"
_FOUND = told("最贴近的在前", count="integer: 条数", entries=rows(shape(**_ENTRY)), notice=_NOTICE)
_ONE = told_as("一条问答", shape(**_ENTRY, notice=_NOTICE))


def router(house: House) -> APIRouter:
    knowledge = Knowledge(house)
    made = APIRouter(prefix="/api/knowledge", tags=["问答库"], route_class=ApiRoute, responses=PROBLEMS)
    made.add_api_route("", knowledge.listed, methods=["GET"], summary="查问答库", responses={200: _FOUND})
    made.add_api_route("/{entry}", knowledge.one, methods=["GET"], summary="一条问答", responses={200: _ONE})
    return made
