"""docker-compose.yml, prefect.yaml, the settings and the README say the same."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.schedules import SCHEDULES, TIMEZONE
from models.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DEPLOYMENTS = {d["name"]: d for d in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]}
SETTINGS = {f"HUIYIN_{name.upper()}" for name in Settings.model_fields}
OUR_PARTS = ("init", "prefect", "deployments", "scheduler", "worker", "console")


def environment(name: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][name]["environment"]
    return found


def defaults(value: str) -> str:
    """A compose value as it is when nobody set anything: ${NAME:-default}, ${NAME:?reason}."""
    return re.sub(r"\$\{\w+:(-([^}]*)|\?[^}]*)\}", lambda m: "x" if m[2] is None else m[2], value)


@pytest.mark.parametrize("name", OUR_PARTS)
def test_every_huiyin_variable_of_compose_is_a_setting(name: str) -> None:
    used = {variable for variable in environment(name) if variable.startswith("HUIYIN_")}
    assert used <= SETTINGS


@pytest.mark.parametrize("name", OUR_PARTS)
def test_what_compose_sets_is_accepted_as_settings(name: str) -> None:
    given = {k.removeprefix("HUIYIN_").lower(): defaults(v) for k, v in environment(name).items() if "HUIYIN_" in k}
    settings = Settings(_env_file=None, **given)
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert settings.queue_url.startswith("kafka://kafka:9092")


def test_every_setting_that_a_machine_of_its_own_needs_can_be_given_to_compose() -> None:
    beside_the_point = {
        "HUIYIN_MODEL",  # the live version is in the database
        "HUIYIN_PREFECT_PORT",  # of the embedded form
        "HUIYIN_SLACK_BASE_URL",
    }
    assert SETTINGS - set(environment("worker")) == beside_the_point


def test_every_setting_stands_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text()
    assert {name for name in SETTINGS if f"`{name}`" not in table} == set()


def test_the_readme_names_no_setting_that_is_none() -> None:
    named = set(re.findall(r"HUIYIN_[A-Z_]+", (ROOT / "README.md").read_text()))
    assert {name for name in named - SETTINGS if not name.startswith("HUIYIN_TEST_")} == set()


@pytest.mark.parametrize("name", OUR_PARTS)
def test_prefect_tells_nobody_of_us(name: str) -> None:
    chosen = environment(name)
    assert (chosen["DO_NOT_TRACK"], chosen["PREFECT_SERVER_ANALYTICS_ENABLED"]) == ("1", "false")


def test_no_secret_stands_in_compose_and_none_is_optional() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("POSTGRES_PASSWORD", "HUIYIN_SECRET_KEY"):
        uses = re.findall(r"\$\{" + name + r"[^}]*\}", text)
        assert uses
        assert all(":?" in use for use in uses)


def test_images_are_named_without_a_registry() -> None:
    images = {service["image"] for service in COMPOSE["services"].values()}
    assert images == {"apache/kafka:3.9.1", "postgres:15", "huiyin"}


def test_everything_is_started_after_what_it_needs() -> None:
    services: dict[str, Any] = COMPOSE["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            condition = how["condition"]
            once = services[needed].get("restart") == "no"
            assert condition == ("service_completed_successfully" if once else "service_healthy"), (name, needed)
            assert once or "healthcheck" in services[needed]


def test_prefect_yaml_has_the_same_times_as_the_embedded_form() -> None:
    for each in SCHEDULES:
        deployment = DEPLOYMENTS[each.name]
        assert deployment["schedules"] == [{"cron": each.cron, "timezone": TIMEZONE}]
        assert deployment["entrypoint"] == f"flows.scheduled:{each.flow}"
        assert deployment["description"] == each.description


def test_prefect_yaml_deploys_every_flow_on_the_pool_and_schedules_no_minute_of_work() -> None:
    assert set(DEPLOYMENTS) == {each.name for each in SCHEDULES} | {"work"}
    assert DEPLOYMENTS["work"]["schedules"] == []
    assert {d["work_pool"]["name"] for d in DEPLOYMENTS.values()} == {"huiyin"}
