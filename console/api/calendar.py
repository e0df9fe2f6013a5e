"""`/calendar/…`: a unit's deadlines for its people's own calendars, by a secret address."""

from fastapi import APIRouter
from fastapi.responses import Response

from console.api.problems import PROBLEMS, ApiRoute, told_as
from flows.house import House
from flows.unit_feeds import unit_feed

_KIND = "text/calendar; charset=utf-8"


def router(house: House) -> APIRouter:
    def feed(unit: str, key: str) -> Response:
        """本单位在办事项的期限：只有工单编号、环节和链接。地址在单位页面“人员”中领取，可随时更换。"""
        content = unit_feed(house, unit, key, house.now())
        return Response(content, media_type=_KIND, headers={"cache-control": "no-store"})

    made = APIRouter(prefix="/calendar", tags=["期限日历"], route_class=ApiRoute, responses=PROBLEMS)
    made.add_api_route("/{unit}/{key}.ics", feed, methods=["GET"], summary="单位期限日历（iCalendar）",
                       response_class=Response,
                       responses={200: told_as("日历", {"type": "string"}, "text/calendar")})  # fmt: skip
    return made
