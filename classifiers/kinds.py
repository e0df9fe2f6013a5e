"""诉求类型: what the sender wants. Learned from our corpus; the legal way, once known, has its say first."""

from collections.abc import Mapping

from models.vocabulary import Kind, Procedure

# Added to the learned scores, which are margins of a linear SVM: about 1 apart where the model is sure.
_BY_PROCEDURE = {
    Procedure.EMERGENCY: (Kind.REQUEST, 3.0),
    Procedure.ACCUSATION: (Kind.REPORT, 3.0),
    Procedure.DISCLOSURE: (Kind.REQUEST, 3.0),
    Procedure.ENFORCEMENT: (Kind.REPORT, 0.6),
}
_FEWEST_CHARACTERS = 6


def find_kind(text: str, procedure: Procedure, scores: Mapping[str, float]) -> Kind:
    """Tell what the sender of a whole text wants; `scores` by kind are the model's, next to nothing is `other`."""
    if len(text.strip()) < _FEWEST_CHARACTERS:
        return Kind.OTHER
    favoured, bonus = _BY_PROCEDURE.get(procedure, (None, 0.0))
    points = {kind: scores[kind] + (bonus if kind is favoured else 0.0) for kind in Kind if kind in scores}
    return max(points, key=lambda kind: (points[kind], kind), default=favoured or Kind.COMPLAINT)
