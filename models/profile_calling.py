"""Policy of telephone work: when a call is tried again, who is followed up, how published lines are checked."""

from pydantic import Field

from models.calling_words import AttemptResult
from models.profile_parts import Name, Part

_PRESUMED = "推定，待本地确认"


class RetryRule(Part):
    """After such a try: again `again_hours` office hours later; so many tries on so many days before it may end."""

    again_hours: float = Field(gt=0, le=100)
    attempts: int = Field(ge=1)
    days: int = Field(ge=1)


class RetryPlan(Part):
    """What a vain call leads to, by its result. The last result's row counts."""

    no_answer: RetryRule = RetryRule(again_hours=3, attempts=3, days=2)
    wrong_number: RetryRule = RetryRule(again_hours=1, attempts=1, days=1)
    refused: RetryRule = RetryRule(again_hours=7, attempts=2, days=2)
    source: Name = _PRESUMED

    def rule(self, result: AttemptResult) -> RetryRule:
        """The row of a try in vain."""
        rules = {
            AttemptResult.NO_ANSWER: self.no_answer,
            AttemptResult.WRONG_NUMBER: self.wrong_number,
            AttemptResult.REFUSED: self.refused,
        }
        return rules[result]


class FollowUpRules(Part):
    """回访: `rate` of the answers by lot; reopened and dissatisfied ones always."""

    rate: float = Field(default=0.1, ge=0, le=1)
    # Workdays after the answer until it may be drawn: whether the thing was done must show first.
    after_workdays: int = Field(default=2, ge=0)
    within_workdays: int = Field(default=5, ge=1)
    # Days that a mailed survey is waited for before the citizen is called.
    mail_days: int = Field(default=7, ge=1)
    source: Name = _PRESUMED


class LineRules(Part):
    """对外联系电话 (C 二(三)17): each line is called within `every_workdays`; `fails` in a row are a fault."""

    every_workdays: int = Field(default=20, ge=1)
    fails: int = Field(default=2, ge=1)
    again_hours: float = Field(default=2, gt=0, le=100)
    fix_workdays: int = Field(default=3, ge=1)
    source: Name = "重庆高新区 2021 二(三)17：定期检查；次数和期限为推定，待本地确认"
