"""The history is append-only in the database itself: only the sealer's two columns may be filled, once."""

from sqlalchemy import Connection

_KEPT = "subject, subject_id, at, actor, action, from_status, to_status, detail"

_SQLITE = (
    f"CREATE TRIGGER history_no_update BEFORE UPDATE OF id, {_KEPT} ON history "
    "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
    "CREATE TRIGGER history_sealed_once BEFORE UPDATE OF seal, hash ON history WHEN OLD.seal IS NOT NULL "
    "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
    "CREATE TRIGGER history_no_delete BEFORE DELETE ON history "
    "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
)
_POSTGRES = (
    "CREATE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$",
    f"CREATE TRIGGER history_no_update BEFORE UPDATE OF id, {_KEPT} ON history "
    "FOR EACH ROW EXECUTE FUNCTION history_refuse()",
    "CREATE TRIGGER history_sealed_once BEFORE UPDATE ON history FOR EACH ROW "
    "WHEN (OLD.seal IS NOT NULL) EXECUTE FUNCTION history_refuse()",
    "CREATE TRIGGER history_no_delete BEFORE DELETE ON history FOR EACH ROW EXECUTE FUNCTION history_refuse()",
)


def protect(connection: Connection) -> None:
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.exec_driver_sql(statement)
