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
_KINDS = {kind.value: kind for kind in Kind}  # by plain words, which are looked up faster than members


def find_kind(text: str, procedure: Procedure, scores: Mapping[str, float]) -> Kind:
    """Tell what the sender of a whole text wants; `scores` by kind are the model's, next to nothing is `other`."""
    if len(text.strip()) < _FEWEST_CHARACTERS:
        return Kind.OTHER
    favoured, bonus = _BY_PROCEDURE.get(procedure, (None, 0.0))
    if favoured is not None and favoured in scores:
        scores = {**scores, favoured: scores[favoured] + bonus}
    if not scores.keys() <= _KINDS.keys():  # a model of somebody else's kinds
        scores = {kind: score for kind, score in scores.items() if kind in _KINDS}
    return _KINDS[max(zip(scores.values(), scores, strict=True))[1]] if scores else favoured or Kind.COMPLAINT
