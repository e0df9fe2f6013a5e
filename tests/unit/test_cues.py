"""The patterns of the rules: tried only where they may begin, compiled when a text needs them, missing nothing."""

import re

from classifiers import procedures, urgency
from classifiers.cue_scan import CueScan
from classifiers.cues import clause, cues, rule
from classifiers.literals import heads, leads, tails
from classifiers.training import CORPUS, LABELLED_CASES, corpus_rows, read_rows

CUES = [*procedures.CUES, *urgency.CUES]


def _whole(row: dict[str, str]) -> str:
    return f"{row['title']}\n{row['text']}" if row.get("title") else row["text"]


def test_every_match_of_a_pattern_begins_with_one_of_its_leads() -> None:
    texts = [_whole(row) for row in [*read_rows(CORPUS / LABELLED_CASES), *corpus_rows()]]
    led = [cue for cue in CUES if cue.leads]
    assert len(led) > len(CUES) / 2
    for cue in led:
        begins = tuple(cue.leads)
        missed = [
            m.group() for text in texts for m in re.finditer(cue.source, text) if not m.group().startswith(begins)
        ]
        assert missed == [], cue.source


def test_a_pattern_is_compiled_when_a_text_holds_what_it_begins_with() -> None:
    [cue] = cues(["漏水|停(?:水|电)"])
    assert not list(cue.matches("路灯不亮", None))
    assert "pattern" not in vars(cue)
    assert [match.group() for match in cue.matches("昨晚停电，楼上漏水", None)] == ["停电", "漏水"]
    assert "pattern" in vars(cue)


def test_what_a_branch_begins_with_is_read_only_where_it_must_stand_there() -> None:
    assert leads(["漏水", "停(?:水|电)", "断"]) == {"漏水", "停", "断"}
    assert leads(["没?有", "漏水"]) == frozenset()
    assert leads(["漏水?", "断{1,2}电"]) == {"漏", "断"}
    assert leads(["漏水", "(?:停|断)电"]) == frozenset()


def test_the_scan_never_hides_a_pattern_that_matches() -> None:
    texts = [_whole(row) for row in [*read_rows(CORPUS / LABELLED_CASES), *corpus_rows()]]
    for text, may in zip(texts, CueScan(CUES).scan(texts), strict=True):
        missed = [cue.source for cue in CUES if cue not in may and cue.pattern.search(text)]
        assert missed == [], text


def test_a_scanned_text_has_the_same_matches_as_one_that_nobody_looked_at() -> None:
    texts = [_whole(row) for row in read_rows(CORPUS / LABELLED_CASES)]
    for text, may in zip(texts, CueScan(CUES).scan(texts), strict=True):
        for cue in may:
            spans = [[match.span() for match in cue.matches(text, known)] for known in (may, None)]
            assert spans[0] == spans[1], (cue.source, text)


def test_the_beginnings_and_ends_of_a_pattern_are_read_from_it() -> None:
    assert heads("(?:停|断)(?:水|电)") == {"停水", "停电", "断水", "断电"}
    assert heads("(?:被)?困") == {"被困", "困"}
    assert heads("(?<!不)举报|检举") == {"举报", "检举"}
    assert heads(".{0,3}火") is None
    assert tails("(?:甲|乙)[^。]{0,4}(?:丙丁|戊)") == {"丙丁", "戊"}
    assert tails("请.{0,4}保密") == {"保密"}
    assert tails("甲|乙") is None


def test_a_rule_is_switched_off_by_its_own_clause_only() -> None:
    fire = rule("fire", "火", ["着火"], unless=["去年"])
    assert fire.first("去年着火") is None
    assert fire.first("去年修好了。今天着火") is not None
    assert clause("一。二三四。五", 2, 3) == "二三四"
