"""问答库 for everybody: without an account, only what was approved, is public and has not expired."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.attempts import Attempts, address_of
from console.web.context import house_of, pages
from flows.knowledge import public_entry, searched, sought_words
from models.database import reading
from models.queries.knowledge import newest_public, public_domains

router = APIRouter(prefix="/knowledge")
_searches = Attempts(most=120, seconds=600)  # a service hall's visitors share one address


@router.get("")
def search(request: Request, q: str = "", domain: str = "") -> Response:
    house = house_of(request)
    typed, today = q.strip()[:200], house.today()
    if typed:
        _searches.count(address_of(request))
    with reading(house.engine) as session:
        domains = public_domains(session, today)
        found = searched(house, session, typed, today) if typed else newest_public(session, today, domain or None)
    values = {"found": found, "q": typed, "domains": domains, "chosen": domain, "sought": sought_words(typed)}
    return pages(request).show(request, "knowledge_public.html", values)


@router.get("/{entry}")
def one(request: Request, entry: int) -> Response:
    house = house_of(request)
    with reading(house.engine) as session:
        said = public_entry(session, entry, house.today())
    return pages(request).show(request, "knowledge_answer.html", {"said": said})
