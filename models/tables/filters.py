"""What a person keeps for themselves: lists asked for again and again."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import BigId, Json, Utc


class SavedFilter(SQLModel, table=True):
    """A named question to one list (`room`), its owner's alone. Holds codes and search words, no telephone number."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("owner", "room", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    owner: str = Field(max_length=60)
    room: str = Field(max_length=20)
    name: str = Field(max_length=30)
    asked: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    saved_at: datetime = Field(sa_type=Utc)
