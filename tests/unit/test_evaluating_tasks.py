"""`huiyin evaluate`: figures that can be worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.evaluating import BadLabels, evaluate_file
from flows.house import House
from models.errors import BadInput
from models.settings import Settings


def figures(tmp_path: Path, task: str, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    return evaluate_file(House(Settings(data_dir=tmp_path / "var")), file, task, None, 0)


def test_promises_are_matched_by_place_and_judged_by_level_and_day(tmp_path: Path) -> None:
    reply = "您好！我局将于2026年6月30日前完成路灯安装。感谢您的关注。"
    labelled = {"text": "我局将于2026年6月30日前完成路灯安装", "level": "dated", "due": "2026-06-30"}
    missed = {"text": "感谢您的关注", "level": "specific", "due": None}
    rows = [{"reply": reply, "reply_time": "2026-03-02T09:00:00", "promises": [labelled, missed]}]
    result, text = figures(tmp_path, "promises", rows)
    assert result["dated"]["f1"] == result["due_exact"] == 1.0
    assert result["dated_or_specific"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "labelled": 2, "found": 1}
    assert "有期限" in text


def test_redaction_counts_what_still_shows_and_what_was_hidden_wrongly(tmp_path: Path) -> None:
    phone, whole = {"start": 2, "end": 13, "kind": "mobile"}, {"start": 0, "end": 13, "kind": "mobile"}
    rows = [
        {"text": "电话19900001234", "spans": [phone], "part": "a"},
        {"text": "电话19900001234", "spans": [whole], "part": "b"},
        {"text": "回电19900001234吧", "spans": [], "part": "b"},
        {"text": "致电19900001234吧", "spans": [], "may": [phone], "part": "a"},
    ]
    result, text = figures(tmp_path, "redact", rows)
    assert result["parts"]["a"]["hidden_wrongly"] == 0.0
    assert result["parts"]["b"]["hidden_wrongly"] == round(11 / 27, 5)
    assert result["kinds"]["mobile"]["recall"] == 1.0
    assert result["kinds"]["mobile"]["hidden_whole"] == 0.5
    assert result["kinds"]["mobile"]["precision"] == 0.75
    assert "误隐字符" in text


def test_a_true_reply_is_told_from_a_strangers(tmp_path: Path) -> None:
    matters = ("学府路路灯不亮", "小区电梯停运", "公交车晚点")
    rows = [
        {"id": m, "title": m, "text": f"{m}，请处理。", "reply": f"您反映的{m}问题，经核查已处理完毕。"}
        for m in matters
    ]
    result, _ = figures(tmp_path, "review", rows)
    assert result["auc_swapped"] == 1.0
    assert result["rows"] == 3


def test_a_message_is_about_one_of_the_domains_that_are_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    texts = (("开发商交房两年了，房产证一直办不下来", "housing"), ("外卖吃出虫子，商家拒绝退款赔偿", "market"))
    file.write_text("\n".join(json.dumps({"text": t, "label": label}) for t, label in texts), encoding="utf-8")
    house = House(Settings(data_dir=tmp_path / "var"))
    free, _ = evaluate_file(house, file, "domain", None, 0)
    bound, _ = evaluate_file(house, file, "domain", None, 0, ["housing", "market"])
    assert (free["accuracy"], bound["accuracy"]) == (0.5, 1.0)
    with pytest.raises(BadInput, match="weather"):
        evaluate_file(house, file, "domain", None, 0, ["weather"])


def test_repeats_are_counted_among_pairs_that_somebody_judged(tmp_path: Path) -> None:
    one, again = ["翠竹苑电梯困人", "翠竹苑3栋电梯困了四次人。"], ["翠竹苑电梯困人", "翠竹苑3栋电梯又困人了。"]
    other = ["学府路积水", "学府路一下雨就积水。"]
    rows = [{"same": True, "one": one, "other": again}, {"same": False, "one": one, "other": other}]
    result, text = figures(tmp_path, "repeats", rows)
    assert (result["met"], result["precision"], result["recall"], result["shown"]) == (1.0, 1.0, 1.0, 1)
    assert "2 对，1 对为同一事项" in text
    with pytest.raises(BadLabels, match="same、one 和 other"):
        figures(tmp_path, "repeats", [{"same": True}])


def test_rows_without_labels_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadLabels, match="spans"):
        figures(tmp_path, "redact", [{"text": "没有标注"}])
    with pytest.raises(BadLabels, match="无法读取"):
        evaluate_file(House(Settings(data_dir=tmp_path)), tmp_path / "none.jsonl", "domain", None, 0)
