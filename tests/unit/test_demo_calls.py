"""What units write down in the demonstration: a month's register of each, and no call that a seal would take out."""

from collections import Counter

from classifiers.procedures import find_procedure
from flows.demo.samples import load_calls
from models.profile import load_profile
from models.vocabulary import Procedure

CALLS = load_calls()
WITH_A_LINE = {
    unit.code
    for unit in load_profile("demo").units
    if unit.phone and unit.code not in {"citizen_centre", "supervision"}
}


def test_every_unit_with_a_line_is_called_and_the_one_whose_register_is_shown_most() -> None:
    called = Counter(call["unit"] for call in CALLS if "unit" in call)
    assert WITH_A_LINE - called.keys() <= {"media_centre"}
    assert called["housing_bureau"] > 10
    assert called.most_common(1)[0][0] == "housing_bureau"


def test_some_calls_are_answered_at_once_and_others_become_orders() -> None:
    for call in CALLS:
        assert bool(call["answer"]) == call["on_the_spot"], call["text"]
    spot = sum(call["on_the_spot"] for call in CALLS)
    assert len(CALLS) / 4 < spot < len(CALLS) * 3 / 4


def test_no_two_calls_come_from_one_number_or_say_the_same() -> None:
    assert len({call["phone"] for call in CALLS}) == len({call["text"] for call in CALLS}) == len(CALLS)
    assert all(call["phone"].startswith("1990000") for call in CALLS)


def test_a_units_own_call_is_not_sealed_by_the_rules() -> None:
    sealed = [c["text"] for c in CALLS if "unit" in c and find_procedure(c["text"])[0] is Procedure.ACCUSATION]
    assert sealed == []
