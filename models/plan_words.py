"""The words of a work plan that came in again with another text."""

from models.vocabulary import Word


class RevisionDecision(Word):
    """What a person made of the new text of a task."""

    TAKEN = "taken", "采用新文"
    KEPT = "kept", "保留原文"
    SUPERSEDED = "superseded", "另有更新的一稿"
