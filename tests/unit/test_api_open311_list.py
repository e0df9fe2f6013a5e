"""GeoReport v2: the list of requests holds nothing that may not be public."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.desk import at, dispatched
from support.georeport import NOW, ROOT, tree_of
from support.interfaces import Counter, answer_order, open_counter

from models.tables.editions import Edition, EditionItem
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import CaseType, EditionStatus


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, NOW) as opened:
        yield opened


@pytest.fixture
def on_both(tmp_path: Path, database_url: str) -> Iterator[Counter]:
    """Once on SQLite, once on PostgreSQL."""
    with open_counter(tmp_path, NOW, database_url=database_url) as opened:
        yield opened


def listed(counter: Counter, **asked: Any) -> list[str]:  # noqa: ANN401
    said = counter.http.get(f"{ROOT}/requests.json", params=asked)
    assert said.status_code == 200, said.text
    return [row["service_request_id"] for row in said.json()]


def answered(counter: Counter, **said: Any) -> WorkOrder:  # noqa: ANN401
    """An order that may be public: agreed to and answered."""
    order = counter.desk.take(said.pop("when", NOW), **({"may_publish": True} | said))
    answer_order(counter.desk, order, "已修好。", NOW)
    return order


def printed(counter: Counter, order: WorkOrder, status: EditionStatus, **texts: Any) -> None:  # noqa: ANN401
    edition = Edition(
        week="2026-W09", year=2026, title="选登", publisher="望溪市", first_day=NOW.date(), last_day=NOW.date(),
        status=status.value, compiled_at=NOW, compiled_by="bian",
    )  # fmt: skip
    with counter.desk.writing() as session:
        session.add(edition)
        session.flush()
        item = {
            "edition_id": edition.id, "order_id": order.id, "position": 1, "summary": "楼道灯坏了三周。",
            "accepted_on": NOW.date(), "replied_on": NOW.date(), "unit": "市住建局", "answer": "已修好。",
            "outcome": "resolved",
        }  # fmt: skip
        session.add(EditionItem(**item | texts))


def test_the_list_holds_what_is_answered_and_agreed_to_and_nothing_else(on_both: Counter) -> None:
    public = answered(on_both)
    answered(on_both, may_publish=False)
    answered(on_both, confidential=True)
    answered(on_both, plan=dispatched(procedure="petition"))
    answered(on_both, plan=dispatched(case_type=CaseType.OPINION))
    hidden = answered(on_both, plan=dispatched(sealed=True))
    unanswered = on_both.desk.take(NOW, may_publish=True)
    assert listed(on_both) == [public.number]
    for order in (hidden, unanswered):
        assert on_both.http.get(f"{ROOT}/requests/{order.number}.json").status_code == 404
        assert listed(on_both, service_request_id=order.number) == []


def test_one_of_two_senders_who_does_not_agree_keeps_the_order_closed(counter: Counter) -> None:
    main, other = answered(counter), counter.desk.take(NOW, may_publish=False)
    with counter.desk.writing() as session:
        session.get_one(WorkOrder, other.id).merged_into = main.id
    assert listed(counter) == []


def test_erased_messages_close_their_order(counter: Counter) -> None:
    order = answered(counter)
    with counter.desk.writing() as session:
        session.get_one(Message, counter.desk.one(Message, order_id=order.id).id).erased_at = NOW
    assert listed(counter) == []


def test_words_are_shown_only_as_a_published_edition_has_them(counter: Counter) -> None:
    order = answered(counter, text="我是覃小满，电话19900001234，楼道灯坏了。", sender_name="覃小满")
    [before] = counter.http.get(f"{ROOT}/requests/{order.number}.json").json()
    assert (before["description"], before["status_notes"]) == (None, None)
    assert (before["status"], before["service_code"]) == ("closed", "housing")
    assert before["agency_responsible"] == "望溪市住房和城乡建设局"
    printed(counter, order, EditionStatus.REVIEWING)
    assert counter.http.get(f"{ROOT}/requests/{order.number}.json").json() == [before]


def test_published_words_are_searched_for_personal_data_once_more(counter: Counter) -> None:
    order = answered(counter, plan=dispatched(region="nantang"))
    summary = "楼道灯坏了，请联系我13900000000。\x0b"
    printed(counter, order, EditionStatus.PUBLISHED, summary=summary, answer="已修好<b>&")
    said = counter.http.get(f"{ROOT}/requests.xml")
    assert "13900000000" not in said.text
    row = tree_of(said).find("request")
    assert row is not None
    assert (row.findtext("description") or "").startswith("楼道灯坏了")
    assert (row.findtext("status_notes"), row.findtext("address")) == ("已修好<b>&", "南塘街道")


def test_an_item_that_the_editor_took_out_stays_unpublished(counter: Counter) -> None:
    order = answered(counter)
    printed(counter, order, EditionStatus.PUBLISHED, chosen=False)
    assert counter.http.get(f"{ROOT}/requests/{order.number}.json").json()[0]["description"] is None


def test_filters_and_pages_narrow_the_list(counter: Counter) -> None:
    old = answered(counter, when=at("2025-10-01 09:00"))
    first = answered(counter, when=at("2026-02-01 09:00"))
    second = answered(counter, when=at("2026-02-02 09:00"), plan=dispatched(domain="transport"))
    assert listed(counter) == [second.number, first.number]  # the last 90 days
    assert listed(counter, start_date="2025-09-01T00:00:00Z")[-1] == old.number
    assert listed(counter, end_date="2026-02-01T09:00:00 08:00", start_date="2026-01-01") == [first.number]
    assert listed(counter, service_code="transport,nosuch") == [second.number]
    assert listed(counter, service_code="nosuch") == []
    assert listed(counter, status="open") == []
    assert listed(counter, status="closed,open") == [second.number, first.number]
    assert listed(counter, page_size=1, page=2) == [first.number]
    assert listed(counter, page=9_999) == []
    assert listed(counter, service_request_id=f"{old.number},' OR 1=1,{first.number}") == [first.number, old.number]


def test_a_span_is_at_most_90_days(counter: Counter) -> None:
    order = answered(counter, when=at("2025-11-20 09:00"))
    assert order.number not in listed(counter)
    assert order.number in listed(counter, start_date="2025-11-01T00:00:00Z")
    assert order.number not in listed(counter, start_date="2025-07-01T00:00:00Z")
    assert order.number in listed(counter, end_date="2025-12-01T00:00:00Z")
    asked = {"start_date": "2025-01-01T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"}
    said = counter.http.get(f"{ROOT}/requests.json", params=asked)
    assert said.status_code == 400
    assert "90 天" in said.json()[0]["description"]
