"""Which rooms a role finds in its menu."""

from collections.abc import Sequence

from models.vocabulary import Role

_R = Role
_OFFICE = (_R.MODERATOR, _R.SUPERVISOR, _R.EDITOR, _R.OPERATOR, _R.AUDITOR)

ROOMS: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("/console/", "总览", (*_OFFICE, _R.INSPECTOR)),
    ("/console/triage", "审看", (_R.MODERATOR, _R.INSPECTOR)),
    ("/console/entry", "登记", (_R.MODERATOR,)),
    ("/console/orders", "工单", (*_OFFICE, _R.INSPECTOR)),
    ("/console/returns", "退单与延期", (_R.MODERATOR, _R.SUPERVISOR)),
    ("/console/reviews", "审核", (_R.MODERATOR, _R.SUPERVISOR)),
    ("/console/callbacks", "回电", (_R.MODERATOR, _R.SUPERVISOR)),
    ("/console/follow-ups", "回访", (_R.MODERATOR, _R.SUPERVISOR)),
    ("/console/contacts", "联系方式", (_R.MODERATOR, _R.SUPERVISOR, _R.AUDITOR)),
    ("/console/supervision", "督办", (_R.SUPERVISOR, _R.MODERATOR, _R.AUDITOR)),
    ("/console/lines", "电话", (_R.SUPERVISOR, _R.MODERATOR, _R.AUDITOR)),
    ("/console/appeals", "考核申诉", (_R.SUPERVISOR, _R.AUDITOR)),
    ("/console/ledger", "承诺台账", (_R.MODERATOR, _R.SUPERVISOR, _R.AUDITOR)),
    ("/console/papers", "台账报表", (_R.MODERATOR, _R.SUPERVISOR, _R.EDITOR, _R.AUDITOR)),
    ("/console/knowledge", "问答库", (_R.MODERATOR, _R.SUPERVISOR, _R.AUDITOR)),
    ("/console/solicitations", "征集意见", (_R.MODERATOR, _R.SUPERVISOR, _R.AUDITOR)),
    ("/console/annual", "年度统计", (_R.MODERATOR, _R.SUPERVISOR, _R.EDITOR, _R.AUDITOR)),
    ("/console/editions", "选登", (_R.EDITOR, _R.SUPERVISOR)),
    ("/console/opinion", "舆情", (_R.OPINION, _R.OPINION_LEADER)),
    ("/console/policies", "政策反馈", (_R.OPINION, _R.OPINION_LEADER)),
    ("/console/quarantine", "隔离件", (_R.MODERATOR, _R.OPERATOR)),
    ("/console/dead-letters", "处理失败", (_R.OPERATOR,)),
    ("/console/deliveries", "通知", (_R.MODERATOR, _R.SUPERVISOR, _R.OPERATOR)),
    ("/console/audit", "审计", (_R.AUDITOR, _R.OPERATOR)),
    ("/console/models", "模型", (_R.OPERATOR, _R.AUDITOR)),
    ("/console/roles", "角色变更", (_R.OPERATOR, _R.AUDITOR)),
    ("/console/retention", "到期清除", (_R.OPERATOR, _R.AUDITOR)),
    ("/console/admin", "管理", (_R.OPERATOR,)),
    ("/unit/", "我的工单", (_R.UNIT,)),
    ("/unit/register", "来电登记", (_R.UNIT,)),
    ("/unit/callbacks", "回电", (_R.UNIT,)),
    ("/unit/ledger", "承诺", (_R.UNIT,)),
    ("/unit/knowledge", "问答库", (_R.UNIT,)),
    ("/unit/solicitations", "征集意见", (_R.UNIT,)),
    ("/unit/supervision", "督办", (_R.UNIT,)),
    ("/unit/lines", "电话", (_R.UNIT,)),
    ("/unit/opinion", "舆情", (_R.UNIT,)),
    ("/unit/policies", "政策反馈", (_R.UNIT,)),
    ("/unit/people", "人员", (_R.UNIT,)),
)
# Pages that stand under no room's address: the rooms that lead there, the nearer first.
_REACHED_FROM: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("/console/calls", ("/console/callbacks",)),
    ("/console/problems", ("/console/policies",)),
    ("/console/routing", ("/console/admin", "/console/orders")),
    ("/console/trend", ("/console/",)),
    ("/unit/contacts", ("/unit/callbacks",)),
    ("/unit/orders", ("/unit/",)),
    ("/unit/problems", ("/unit/policies",)),
)
_HOMES = {"/", "/console/", "/unit/"}  # beginnings of every address, and rooms of their own


def allowed(path: str) -> tuple[Role, ...]:
    """The roles that a room is open to."""
    return next(roles for room, _, roles in ROOMS if room == path)


def menu(role: Role | None) -> list[tuple[str, str]]:
    if role is None:
        return [
            ("/", "首页"),
            ("/send", "写信"),
            ("/track", "查询"),
            ("/editions/", "选登"),
            ("/knowledge", "问答库"),
            ("/solicitations", "征集意见"),
        ]
    return [(path, name) for path, name, roles in ROOMS if role in roles]


def room_of(path: str, role: Role | None) -> str:
    """The room of a role's menu in which a page stands, or which leads there; "" where none does."""
    within = next((leading for start, leading in _REACHED_FROM if _under(path, start)), (path,))
    return next((room for room in _rooms_at(within) if room in dict(menu(role))), "")


def _rooms_at(paths: Sequence[str]) -> list[str]:
    rooms = [room for room, _, _ in ROOMS] + [room for room, _ in menu(None)]
    return [room for path in paths for room in rooms if path == room or (room not in _HOMES and _under(path, room))]


def _under(path: str, start: str) -> bool:
    return path == start or path.startswith(start.rstrip("/") + "/")


def home(role: Role) -> str:
    """The first room of a role's menu."""
    return next(path for path, _, roles in ROOMS if role in roles)
