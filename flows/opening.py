"""`huiyin init`: the database at its newest schema, the profile checked, and both bound to each other."""

from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from flows.house import House
from models.database import reading, writing
from models.errors import BadProfile, Unavailable
from models.migrating import is_current
from models.tables.record import Meta

PROFILE, DEMONSTRATION = "profile", "demonstration"
_BUILT = "built by huiyin demo"


class OtherProfile(BadProfile):
    """数据库属于另一个辖区。"""


def initialise(house: House) -> dict[str, str]:
    """Create or migrate the database and record whose it is. Doing it again changes nothing.

    The profile comes first, so that a wrong one leaves no database behind. OtherProfile when the database
    was made for another place, or for a demonstration: their records must never mix.
    """
    profile = house.profile
    house.prepare()
    with writing(house.engine) as session:
        _must_match(session, PROFILE, profile.code)
        _must_match(session, DEMONSTRATION, _yes(profile.demonstration))
        session.merge(Meta(key=PROFILE, value=profile.code))
        session.merge(Meta(key=DEMONSTRATION, value=_yes(profile.demonstration)))
    _ = house.secret
    return {"database": house.engine.url.render_as_string(), "profile": profile.code}


def must_be_open(house: House) -> None:
    """Unavailable before `huiyin init`; OtherProfile where the settings name another place than the database's."""
    if not _has_file(house):
        raise Unavailable(
            f"还没有数据库（{make_url(house.settings.database).render_as_string()}），请先运行 huiyin init。"
        )
    house.must_be_ready()
    with reading(house.engine) as session:
        _must_match(session, PROFILE, house.profile.code)
        _must_match(session, DEMONSTRATION, _yes(house.profile.demonstration))


def recorded_profile(house: House) -> str | None:
    """The profile that the database was made for; None before `huiyin init`."""
    with reading(house.engine) as session:
        kept = session.get(Meta, PROFILE)
    return kept.value if kept else None


def has_record(house: House) -> bool:
    """Whether the database stands at the newest schema. Asking never makes a file."""
    return _has_file(house) and is_current(house.engine)


def mark_demo(house: House) -> None:
    """Leave the sign by which the next `huiyin demo` knows that it may build this workspace anew."""
    with writing(house.engine) as session:
        session.merge(Meta(key=_BUILT, value=_yes(True)))


def is_demos(house: House) -> bool:
    """Whether `huiyin demo` built this workspace; one that can't be read is not the demo's.

    The demonstration profile alone is no sign: it is the default, and somebody may have tried real mail with it.
    A database without a single table, alone in its folder, is nobody's: a start that failed left it.
    """
    if not _has_file(house):
        return False
    try:
        if not inspect(house.engine).get_table_names():
            return all(file.name.startswith("huiyin.db") for file in house.settings.data_dir.iterdir())
        with reading(house.engine) as session:
            kept = session.get(Meta, _BUILT)
    except SQLAlchemyError:
        return False
    finally:
        house.engine.dispose()  # the demo may remove the file next
    return kept is not None


def _must_match(session: Session, key: str, value: str) -> None:
    kept = session.get(Meta, key)
    if kept is None or kept.value == value:
        return
    whose = session.get(Meta, PROFILE)
    raise OtherProfile(
        f"数据库是为辖区“{whose.value if whose else '?'}”建立的，与现在的配置不符。"
        "请改回 HUIYIN_PROFILE，或用 HUIYIN_DATA_DIR / HUIYIN_DATABASE_URL 另建一个库。"
    )


def _has_file(house: House) -> bool:
    url = make_url(house.settings.database)
    return url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"} or Path(url.database).exists()


def _yes(value: bool) -> str:
    return "yes" if value else "no"
