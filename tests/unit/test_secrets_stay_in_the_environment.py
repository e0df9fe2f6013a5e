"""Secrets are given by the environment (or .env) alone: by no profile, no command, no file of this repository."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml
from pydantic import SecretStr
from support.commands import Shell, shell_from
from support.desk import give_tables

from console.cli.main import app
from flows.house import House
from models.errors import BadProfile
from models.profile import SHIPPED, load_profile
from models.settings import Settings

ROOT = Path(__file__).parents[2]
_SECRET = tuple(name for name, each in Settings.model_fields.items() if each.annotation is SecretStr)
_MARK = "Hs7kQ2vNxw9TbLz4"  # stands nowhere else
# Addresses that a password may stand in, each as an operator would write it.
_ADDRESSES = {
    "database_url": f"postgresql+psycopg://huiyin:{_MARK}@127.0.0.1:1/huiyin",
    "queue_url": f"kafka://huiyin:{_MARK}@127.0.0.1:1",
    "blob_url": f"ftp://huiyin:{_MARK}@127.0.0.1:1/blobs",
    "mailbox_sources": f"imaps://huiyin:{_MARK}@127.0.0.1:1/INBOX",
    "sms_url": f"https://sms.example/send?token={_MARK}",
    "notify_urls": f"wecom=wecombot://{_MARK}",
}
_SAYS_SECRET = re.compile(r"secret|token|password|passwd|\bkey\b", re.IGNORECASE)
_TOKENS = re.compile(
    r"xox[abp]-\d|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^\s/:@$<{]+:[^\s/:@$<{]+@"
)
# What somebody signs in with is no setting; HUIYIN_PASSWORD gives it as well, and without either it is drawn.
_OF_A_PERSON = ("huiyin account add", "huiyin account password")
_EXAMPLE = re.compile("://(user|用户|用户名):(pass|password|密码|口令)@")
_TEXT = {".py", ".yml", ".yaml", ".toml", ".md", ".txt", ".lock", ".json", ".html", ".js", ""}


def _given(name: str) -> dict[str, str]:
    """A secret, with what must be set beside it."""
    beside = {"oidc_issuer": "https://id.example", "oidc_client_id": "huiyin"} if name == "oidc_client_secret" else {}
    return beside | {name: f"smtp://huiyin:{_MARK}@127.0.0.1:1" if name == "smtp_url" else _MARK}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    folder = tmp_path_factory.mktemp("standing") / "var"
    folder.mkdir()
    house = House(Settings(_env_file=None, data_dir=folder))
    give_tables(house)
    house.engine.dispose()
    return Shell(folder)


def test_every_setting_that_sounds_like_a_secret_is_kept_as_one() -> None:
    sounding = {n for n in Settings.model_fields if re.search("secret|token|password", n)}
    assert sounding <= set(_SECRET)
    addresses = {n for n in Settings.model_fields if n.endswith(("_url", "_urls", "_sources"))}
    assert addresses - {"public_url", "slack_base_url"} == {*_ADDRESSES, "smtp_url"}, (
        "say whether it may hold a password"
    )


@pytest.mark.parametrize("name", [*_SECRET, *_ADDRESSES])
def test_settings_print_no_secret(name: str) -> None:
    settings = Settings(_env_file=None, **({name: _ADDRESSES[name]} if name in _ADDRESSES else _given(name)))
    assert _MARK not in f"{settings!r} {settings!s} {settings}"
    if name in _SECRET:
        assert _MARK not in settings.model_dump_json()


@pytest.mark.parametrize("name", [*_SECRET, *_ADDRESSES])
def test_no_command_and_no_log_prints_a_secret(
    standing: Shell, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    given = {name: _ADDRESSES[name]} if name in _ADDRESSES else _given(name)
    huiyin = shell_from(standing.data, tmp_path / "var")
    for words in (("doctor", "--json"), ("doctor",), ("status",), ("chase", "--json")):
        with caplog.at_level("DEBUG"):
            told = huiyin(*words, LOG_LEVEL="DEBUG", **{n.upper(): value for n, value in given.items()})
        assert _MARK not in told.out + told.err + caplog.text, (name, words)


def test_a_refused_setting_is_named_without_its_secret(tmp_path: Path) -> None:
    refused = (
        ("DATABASE_URL", f"mysql://root:{_MARK}@host/db"),
        ("DATABASE_URL", f"mysql://root:{_MARK}/@x@host/db"),
        ("QUEUE_URL", f"amqp://a:{_MARK}@host"),
        ("OIDC_CLIENT_SECRET", _MARK),
    )
    for name, value in refused:
        told = Shell(tmp_path)("status", **{name: value})
        assert told.code == 3
        assert f"HUIYIN_{name}" in told.complaint
        assert _MARK not in told.complaint


@pytest.mark.parametrize("name", [*_SECRET, *_ADDRESSES])
def test_a_profile_can_give_no_secret(tmp_path: Path, name: str) -> None:
    demo = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")
    for place in (f"{name}: {_MARK}\n", f"security: {{{name}: {_MARK}}}\n", f"HUIYIN_{name.upper()}: {_MARK}\n"):
        own = tmp_path / "own.yaml"
        own.write_text(demo + place, encoding="utf-8")
        with pytest.raises(BadProfile):
            load_profile(str(own))


def _commands(at: object, name: str = "huiyin") -> Iterator[tuple[str, list[str]]]:
    for word, command in getattr(at, "commands", {}).items():
        yield from _commands(command, f"{name} {word}")
    if not hasattr(at, "commands"):
        yield name, [option for each in getattr(at, "params", ()) for option in each.opts if option.startswith("-")]


def test_no_command_takes_a_secret_as_an_option() -> None:
    found = dict(_commands(typer.main.get_command(app)))
    assert len(found) > 40
    settings = {f"--{name.replace('_', '-')}" for name in (*_SECRET, *_ADDRESSES)}
    for command, options in found.items():
        assert not settings & set(options), command
        assert command in _OF_A_PERSON or not [o for o in options if _SAYS_SECRET.search(o)], command


def _files() -> Iterator[Path]:
    """What is shipped: tests have made-up tokens, hidden folders and var are this machine's own."""
    rooms = [each for each in ROOT.iterdir() if not each.name.startswith((".", "tests", "var"))]
    for room in rooms:
        for file in [room] if room.is_file() else room.rglob("*"):
            if file.is_file() and file.suffix in _TEXT:
                yield file


def test_no_file_here_holds_a_secret() -> None:
    files = list(_files())
    assert len(files) > 500
    assert ".env" in (ROOT / ".gitignore").read_text().split()
    assert (ROOT / ".dockerignore").read_text().split()[0] == "*", "an image has what is named for it, and no .env"
    for file in files:
        said = file.read_text(encoding="utf-8", errors="replace")
        found = [token[0] for token in _TOKENS.finditer(said)]
        assert not [token for token in found if not _EXAMPLE.fullmatch(token)], file


def test_compose_and_the_image_take_every_secret_from_outside() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    held = {f"HUIYIN_{name.upper()}" for name in _SECRET} | {"POSTGRES_PASSWORD"}
    held |= {f"HUIYIN_{name.upper()}" for name in ("mailbox_sources", "sms_url", "notify_urls")}
    met = set()
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if name in held:
                met.add(name)
                assert re.fullmatch(rf"\$\{{{name}:(-|\?[^}}]*)\}}", str(value)), name
            elif "://" in str(value):
                assert not re.search(r"://[^/@$]*:[^/@$]+@", str(value)), name
    assert held <= met
    image = (ROOT / "Dockerfile").read_text()
    assert not re.search(rf"(?m)^\s*(ENV|ARG)\b.*({'|'.join(held)})", image)
