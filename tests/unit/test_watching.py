"""What is watched exists: every figure that the dashboard draws or an alert asks for is one that `/metrics` tells."""

import json
import re
from pathlib import Path
from typing import Any

import yaml
from support.interfaces import client_of
from support.loop_desk import open_loop

from models.vocabulary import Channel

WATCHING = Path(__file__).parents[2] / "docs" / "watching"


def dashboard() -> dict[str, Any]:
    return dict(json.loads((WATCHING / "grafana.json").read_text()))


def alerts() -> list[dict[str, Any]]:
    return list(yaml.safe_load((WATCHING / "alerts.yml").read_text())["groups"][0]["rules"])


def test_the_dashboard_and_the_alerts_ask_only_for_what_is_told(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        desk.collect(Channel.BOARD, desk.board(8))
        desk.work()
        told = client_of(desk.house).get("/metrics").text
    asked = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in alerts()]
    names = {name for expression in asked for name in re.findall(r"huiyin_\w+", expression)}
    assert len(names) > 12
    assert {name for name in names if f"# TYPE {name} " not in told} == set()


def test_what_the_workers_did_is_counted(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        desk.collect(Channel.BOARD, desk.board(8))
        desk.work()
        told = dict(
            re.findall(r"^huiyin_worker_(\w+) (\S+)$", client_of(desk.house).get("/metrics").text, re.MULTILINE)
        )
    assert float(told["messages_total"]) == 8
    assert 0 < float(told["accepted_total"]) <= 8
    assert float(told["batches_total"]) >= 1
    assert float(told["seconds_total"]) > 0


def test_an_alert_says_what_to_do_in_chinese() -> None:
    for rule in alerts():
        assert re.search(r"[一-鿿]", rule["annotations"]["summary"])
        assert rule["annotations"]["description"].endswith("。")
