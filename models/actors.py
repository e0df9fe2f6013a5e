"""Who acts: a person with a role, or the house itself."""

from dataclasses import dataclass

from models.errors import NotAllowed, NotFound
from models.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """`login` stands in the history; `unit` is set for people of a responsible unit, some of whom sign for it."""

    login: str
    role: Role | None = None
    unit: str | None = None
    signs: bool = True

    def must_be(self, *roles: Role) -> None:
        """The house itself (role None) may do what its rules say; people need one of `roles`."""
        if self.role is not None and self.role not in roles:
            needed = "、".join(r.label for r in roles)
            raise NotAllowed(f"此操作须由{needed}办理。")

    def must_differ(self, other: str | None, what: str) -> None:
        """Four eyes: the same person may not do both."""
        if other is not None and other == self.login:
            raise NotAllowed(f"{what}，不能由同一人办理（{self.login}）。")

    def must_sign(self) -> None:
        """单位审签 is the signer's (审签人) or, while named, the deputy's (B岗)."""
        if not self.signs:
            raise NotAllowed("审签须由本单位审签人办理；审签人不在岗的，请其先指定 B 岗代签。")

    def must_hold(self, unit: str | None) -> None:
        """A unit sees and touches its own orders only; another's does not exist for it."""
        if self.role is Role.UNIT and self.unit != unit:
            raise NotFound("没有找到该工单，或不属于本单位。")


SYSTEM = Actor("system")
