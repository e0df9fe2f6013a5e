"""`/docs` and `/openapi.json`: every interface is told of, and nothing is loaded from elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import at
from support.interfaces import Counter, open_counter

from channels.hotline import LABELS


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, at("2026-03-02 09:00")) as opened:
        yield opened


def test_every_documented_path_stands_on_the_page(counter: Counter) -> None:
    page = counter.http.get("/docs").text
    paths = counter.http.get("/openapi.json").json()["paths"]
    assert {"/api/messages", "/hooks/hotline", "/open311/v2/requests", "/readyz", "/metrics"} <= paths.keys()
    for path, verbs in paths.items():
        for method, described in verbs.items():
            assert f"{method.upper()} {path}" in page
            assert described["summary"] in page


def test_the_page_needs_no_script_and_nothing_from_another_host(counter: Counter) -> None:
    page = counter.http.get("/docs").text
    assert "<script" not in page
    assert "style=" not in page
    links = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert all(link.startswith(("/", "#")) for link in links)
    assert "演示数据" in page


def test_the_fields_of_a_message_are_told_in_chinese(counter: Counter) -> None:
    page = counter.http.get("/docs").text
    for word in (
        "联系电话；查询答复要用它的后四位",
        "同意公开；不写即不同意",
        "X-Huiyin-Signature",
        "是否要求保密（yes/no）",
    ):
        assert word in page


def test_a_call_centre_finds_every_field_of_a_call(counter: Counter) -> None:
    page = counter.http.get("/docs").text
    for label in LABELS.values():
        assert f"<code>{label}</code>" in page
    assert "2026年1月5日 9时3分" in page


def test_who_reads_editions_or_follows_events_finds_out_how(counter: Counter) -> None:
    page = counter.http.get("/docs").text
    for word in ("/editions/feed.xml", "/editions/{week}/edition.json", "X-Huiyin-Event-Id", "order.dispatch", "410"):
        assert word in page
    assert "工单、回电、承诺" in page
