"""What the public reads of an edition, as a sheet to print; and the feeds that list it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session

from flows.edition_files import write_one
from flows.house import House
from models.blobs import digest
from models.queries import editions as asked
from models.tables.editions import Edition, EditionItem
from models.vocabulary import EditionStatus
from responders.editions.files import FEED, feed_bytes
from responders.editions.sheet import Sheet, lines_of

LISTED: Final = 20  # editions in a feed


def public_sheet(house: House, session: Session, edition: Edition) -> Sheet:
    """One that the public knows: as it was published, or that it was withdrawn and why."""
    if edition.status == EditionStatus.PUBLISHED.value:
        items = asked.chosen_of(session, edition.id)
        return sheet_of(house, edition, edition.issue or 0, items, edition.published_at or edition.compiled_at)
    return sheet_of(house, edition, edition.issue or 0, [], asked.withdrawn_at(session, edition.week))


def sheet_of(house: House, edition: Edition, issue: int, items: Sequence[EditionItem], at: datetime) -> Sheet:
    """With a note and no items it tells of a withdrawal, with both of a correction."""
    note = edition.note or ""
    return Sheet(
        week=edition.week, name=edition.title, year=edition.year, issue=issue, first_day=edition.first_day,
        last_day=edition.last_day, publisher=edition.publisher, published_at=at.astimezone(house.settings.zone),
        url=f"{house.settings.public_url.rstrip('/')}/editions/{edition.week}",
        demonstration=house.profile.demonstration, lines=lines_of(items),
        correction=note if items else "", withdrawal="" if items else note,
    )  # fmt: skip


def renewed_feeds(house: House, session: Session, week: str) -> dict[str, bytes]:
    """The feeds of the editions after `week`, which list it as it stands now."""
    every = asked.public_editions(session)
    renewed: dict[str, bytes] = {}
    for place, edition in enumerate(every):
        if edition.week <= week:
            break
        feed = feed_bytes([public_sheet(house, session, e) for e in every[place : place + 1 + LISTED]])
        house.blobs.put(feed)
        edition.digests = {**edition.digests, FEED: digest(feed)}
        session.add(edition)
        renewed[edition.week] = feed
    return renewed


def write_feeds(out: Path, feeds: dict[str, bytes]) -> None:
    for week, feed in feeds.items():
        if (out / week).is_dir():
            write_one(out / week / FEED, feed)
