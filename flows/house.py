"""The composition root: settings become an engine, a blob store, a profile, a calendar, a judgement, a queue."""

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlmodel import col, select

from flows.knowledge_index import KnowledgeIndex
from models.blobs import BlobStore, open_blobs
from models.database import open_engine, reading
from models.errors import BadModel, Unavailable
from models.migrating import is_current, upgrade
from models.profile import CalendarAdditions, Profile, load_profile
from models.queries.calendar import imported_days
from models.reckoning import Reckoner
from models.registration import Office
from models.settings import Settings
from models.tables.record import ModelVersion
from models.workdays import WorkCalendar, work_calendar
from queues.opening import open_queue
from queues.port import Queue

if TYPE_CHECKING:
    from classifiers.judgement import Judgement


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class House:
    """Everything a command, a flow or the console works with. `clock` gives the present: a demo brings its own."""

    settings: Settings
    clock: Callable[[], datetime] = field(default=_now)

    def now(self) -> datetime:
        return self.clock()

    def today(self) -> date:
        return self.day_of(self.now())

    def day_of(self, moment: datetime) -> date:
        """The day on the office's wall that a moment lies in."""
        return moment.astimezone(self.settings.zone).date()

    @cached_property
    def engine(self) -> Engine:
        return open_engine(self.settings.database)

    @cached_property
    def blobs(self) -> BlobStore:
        return open_blobs(self.settings.blobs)

    @cached_property
    def profile(self) -> Profile:
        return load_profile(self.settings.profile)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The State Council's days, the profile's additions, and what was imported."""
        return work_calendar(self.profile.calendar.plus(self._imported_days()))

    def forget_calendar(self) -> None:
        """After an import: what this process counts from now on is by the new days."""
        for name in ("calendar", "reckoner", "office"):
            vars(self).pop(name, None)

    @cached_property
    def reckoner(self) -> Reckoner:
        return Reckoner(self.profile, self.calendar, self.settings.zone)

    @cached_property
    def office(self) -> Office:
        ways = {"mailto": self.settings.smtp_url.get_secret_value(), "sms": self.settings.sms_url}
        return Office(self.reckoner, self.secret, frozenset(way for way, setting in ways.items() if setting))

    @cached_property
    def judgement(self) -> "Judgement":
        """The live version of the judgement; the shipped one where none was promoted."""
        return self.judgement_of(self.model_path)

    def judgement_of(self, model: str | None) -> "Judgement":
        """BadModel where it can't be loaded, or knows labels that no order here could be routed by."""
        from classifiers.judgement import Judgement

        judgement = Judgement.load(model, self.profile.regions, precision=self.profile.accept_precision)
        if foreign := [label for label in judgement.labels if label not in self.profile.domain_labels]:
            raise BadModel(
                f"模型的类别“{'、'.join(foreign[:3])}”不是领域代码，不能用来派单；"
                "请先用 huiyin model promote 启用（--labels 给出类别对照表）。"
            )
        return judgement

    @cached_property
    def knowledge(self) -> KnowledgeIndex:
        """What finds entries of the knowledge base; kept while the process lives."""
        return KnowledgeIndex(self.settings.zone)

    def search_words(self, typed: str) -> list[str]:
        """The words that the search index has of what somebody typed."""
        from classifiers.tokens import query_tokens

        return query_tokens(typed)

    @property
    def model_path(self) -> str | None:
        if self.settings.model:
            return self.settings.model
        with reading(self.engine) as session:
            live = session.exec(select(ModelVersion).where(col(ModelVersion.live).is_(True))).first()
        return live.path if live else None

    @cached_property
    def secret(self) -> bytes:
        """From the environment; where none is set, one is made once and kept beside the database."""
        given = self.settings.secret_key.get_secret_value()
        if given:
            return given.encode()
        file = self.settings.data_dir / "secret.key"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as handle:
                handle.write(secrets.token_urlsafe(48))
        return file.read_text().strip().encode()

    def queue(self, part: str) -> Queue:
        """A queue handle of this process; `part` names what it is for."""
        consumer = f"{socket.gethostname()}-{part}-{os.getpid()}"
        chosen = self.settings
        return open_queue(
            chosen.queue_url, self.engine, consumer=consumer,
            user=chosen.kafka_user, password=chosen.kafka_password.get_secret_value(),
        )  # fmt: skip

    def prepare(self) -> None:
        """Create or migrate the database."""
        upgrade(self.engine)

    def must_be_ready(self) -> None:
        """A command that needs the record says so when there is none yet."""
        if not is_current(self.engine):
            raise Unavailable(
                f"数据库尚未建立或版本较旧（{self.engine.url.render_as_string()}），请先运行 huiyin init。"
            )

    def _imported_days(self) -> CalendarAdditions:
        with reading(self.engine) as session:
            return imported_days(session)
