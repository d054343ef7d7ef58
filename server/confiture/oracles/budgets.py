"""The built-in oracle of costs: the limits that the project sets."""

from collections.abc import Collection

from confiture.model.profile import Budget, Profile
from confiture.model.script import Statement
from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.sql.directives import parse_budget

NAME = "budget"
NO_LIMITS = Budget()


def budget_of(statement: Statement, *, default: Budget) -> Budget:
    """The budget written above ``statement``, else the project's ``default``.

    Raises:
        ConfigError: the directive cannot be read.
    """
    own = next((directive for directive in statement.directives if directive.verb == "budget"), None)
    return parse_budget(own.arguments) if own else default


def ask(budget: Budget, profile: Profile, *, known: Collection[str]) -> Answer:
    """Whether ``profile`` keeps to ``budget``; breaches that the original has too are ``known``."""
    new = [breach for breach in budget.breaches(profile) if breach not in known]
    return Answer(Opinion.FAILED, f"{profile.operation} {'; '.join(new)}") if new else PASSED
