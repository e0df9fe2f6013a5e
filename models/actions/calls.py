"""来电登记表: the register's own fields of a call, kept beside the message that it becomes."""

from sqlmodel import Session

from models.tables.calls import CallEntry


def note_call(session: Session, line: CallEntry) -> None:
    """Keep the line; the same call written down twice is one."""
    if session.get(CallEntry, line.message_id) is None:
        session.add(line)
