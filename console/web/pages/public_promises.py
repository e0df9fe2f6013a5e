"""What the office promised and what became of it, for everybody: approved entries alone (C 二(三)7 公开情况)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, pages
from flows.ledger_public import shown_promises

router = APIRouter()


@router.get("/promises")
def listed(request: Request) -> Response:
    return pages(request).show(request, "public_promises.html", {"rows": shown_promises(house_of(request))})
