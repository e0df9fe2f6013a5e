"""A consultation's results on their way to the public: read for personal data as any publication is."""

from datetime import datetime

from flows.edition_words import Words
from flows.house import House
from flows.knowledge import KINDS
from models.actions import solicitations as acts
from models.actors import Actor
from models.database import writing
from models.tables.knowledge import Solicitation


def publish(house: House, solicitation_id: int, actor: Actor, now: datetime) -> Solicitation:
    words = Words(house)

    def scan(text: str) -> list[str]:
        return [KINDS.get(span.kind, span.kind) for span in words.found(text, "official")]

    today = now.astimezone(house.settings.zone).date()
    with writing(house.engine) as session:
        return acts.publish_solicitation(session, solicitation_id, scan, actor, now, today=today)
