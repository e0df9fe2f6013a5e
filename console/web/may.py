"""Who may make which move: the forms that a page shows. The actions themselves check again."""

from models.vocabulary import OrderStatus, Role
from models.workflow import MOVES, Action

_DESK = frozenset({Role.MODERATOR})
_TWO = frozenset({Role.MODERATOR, Role.SUPERVISOR})
_SEALED_TOO = frozenset({Role.MODERATOR, Role.INSPECTOR})

ROLES: dict[Action, frozenset[Role]] = {
    Action.DISPATCH: _DESK,
    Action.RECLASSIFY: _SEALED_TOO,
    Action.SET_URGENCY: _SEALED_TOO,
    Action.DECLINE: _SEALED_TOO,
    Action.DIVERT: _SEALED_TOO,
    Action.MERGE: _DESK,
    Action.UNMERGE: _DESK,
    Action.VOID: _DESK,
    Action.WITHDRAW: _DESK,
    Action.GRANT_RETURN: _TWO,
    Action.REFUSE_RETURN: _TWO,
    Action.APPROVE_REPLY: _TWO,
    Action.REFUSE_REPLY: _TWO,
    Action.CLOSE: _TWO,
    Action.REOPEN: _TWO,
    Action.ACKNOWLEDGE: frozenset({Role.UNIT}),
    Action.CONTACT: frozenset({Role.UNIT}),
    Action.ASK_RETURN: frozenset({Role.UNIT}),
    Action.ASK_EXTENSION: frozenset({Role.UNIT}),
    Action.GRANT_EXTENSION: _TWO,
    Action.REFUSE_EXTENSION: _TWO,
    Action.ASK_PAUSE: frozenset({Role.UNIT}),
    Action.GRANT_PAUSE: _TWO,
    Action.REFUSE_PAUSE: _TWO,
    Action.RESUME: frozenset({Role.UNIT, Role.MODERATOR, Role.SUPERVISOR}),
    Action.ASK_HANGING: frozenset({Role.UNIT}),
    Action.GRANT_HANGING: frozenset({Role.SUPERVISOR}),
    Action.REFUSE_HANGING: frozenset({Role.SUPERVISOR}),
    Action.REVIEW_HANGING: frozenset({Role.SUPERVISOR}),
    Action.CONTRIBUTE: frozenset({Role.UNIT}),
    Action.CONVENE: _TWO,
    Action.CONCLUDE: _TWO,
    Action.WRITE_REPLY: frozenset({Role.UNIT}),
    Action.SIGN_OFF: frozenset({Role.UNIT}),
    Action.REFUSE_SIGN_OFF: frozenset({Role.UNIT}),
    Action.SEAL: _SEALED_TOO,
    Action.UNSEAL: frozenset({Role.INSPECTOR}),
}


def moves_for(role: Role | None, status: OrderStatus) -> set[str]:
    """The moves that the order's state and the person's role allow."""
    return {action.value for action, roles in ROLES.items() if role in roles and status in MOVES[action].starts}
