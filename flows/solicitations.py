"""A solicitation: which messages answer it, and its results on their way to the public.

Results are read for personal data as any publication is.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from flows.edition_words import Words
from flows.house import House
from models.actions import solicitations as acts
from models.actions.solicited import note_found
from models.actions.sweeps import succeeded
from models.actors import SYSTEM, Actor
from models.database import reading, writing
from models.personal_words import PERSONAL
from models.queries.solicited import open_solicitations, unnoted_messages
from models.solicited import Heard, code_of, codes_in, names_subject
from models.tables.knowledge import Solicitation
from models.tables.messages import Message
from models.tables.record import Sweep
from models.vocabulary import Channel

_SWEEP = "solicited"
_OVERLAP = timedelta(hours=1)  # a batch that was registered while the last look was under way
_EVER = datetime(1990, 1, 1, tzinfo=UTC)


def publish(
    house: House, solicitation_id: int, actor: Actor, now: datetime, *, seen: int | None = None
) -> Solicitation:
    """`seen`: the last step on the page that showed what is made public."""
    words = Words(house)

    def scan(text: str) -> list[str]:
        return [PERSONAL.get(span.kind, span.kind) for span in words.found(text, "official")]

    today = house.day_of(now)
    with writing(house.engine) as session:
        return acts.publish_solicitation(session, solicitation_id, scan, actor, now, today=today, seen=seen)


def hear(house: House, now: datetime) -> dict[str, int]:
    """{"heard": messages that name a solicitation which ran when they came, "offered": left to a person}.

    民意征集 that names none is offered; what was sent through the web counts only where it names the code.
    """
    zone = house.settings.zone
    with reading(house.engine) as session:
        last = session.get(Sweep, _SWEEP)
        since = last.succeeded_at - _OVERLAP if last and last.succeeded_at else _EVER
        asked, messages = list(open_solicitations(session)), unnoted_messages(session, since)
    found = []
    for message in messages:
        number, how = answers(asked, message, message.received_at.astimezone(zone).date())
        if number is not None or message.channel == Channel.SURVEY:
            found.append((message.id, number, how))
    result = {"heard": sum(n is not None for _, n, _ in found), "offered": sum(n is None for _, n, _ in found)}
    with writing(house.engine) as session:
        note_found(session, found, SYSTEM, now)
        succeeded(session, _SWEEP, now, result)
    return result


def answers(asked: Sequence[Solicitation], message: Message, day: date) -> tuple[int | None, Heard]:
    """The one solicitation that ran on that day and that the message names, by its code or else its subject.

    Two that are named are a person's to choose between.
    """
    text = f"{message.title or ''}\n{message.text or ''}"
    running = [row for row in asked if row.opens_on <= day <= row.closes_on]
    codes = codes_in(text)
    by_code = [row for row in running if code_of(row.id or 0, row.opens_on) in codes]
    if len(by_code) == 1:
        return by_code[0].id, Heard.CODE
    by_subject = [row for row in running if not codes and names_subject(row.title, text)]
    if len(by_subject) == 1 and message.channel == Channel.SURVEY:
        return by_subject[0].id, Heard.SUBJECT
    return None, Heard.WAITING
