"""The built-in oracle of costs: the limits that the project sets."""

from collections.abc import Collection
from dataclasses import replace

from confiture.config import Config
from confiture.model.profile import Budget, Profile
from confiture.model.script import Statement
from confiture.oracles.answer import PASSED, Answer, Opinion
from confiture.sql.directives import parse_budget

NAME = "budget"
NO_LIMITS = Budget()
_BULK_ROWS = 10_000


def budget_of(statement: Statement, config: Config) -> Budget:
    """The budget written above ``statement``, else that of the configuration for its kind.

    Raises:
        ConfigError: the directive cannot be read.
    """
    own = next((directive for directive in statement.directives if directive.verb == "budget"), None)
    if own:
        return parse_budget(own.arguments)
    limit = {
        "CREATE TABLE": config.performance.create_table_seconds,
        "CREATE INDEX": config.performance.create_index_seconds,
    }.get(statement.kind)
    return config.budget if limit is None else replace(config.budget, max_seconds=limit)


def breaches_of(statement: Statement, profile: Profile, config: Config) -> tuple[str, ...]:
    """Each limit that ``profile`` of ``statement`` exceeds, in words."""
    found = budget_of(statement, config).breaches(profile)
    limit = config.performance.bulk_insert_seconds
    if limit is not None and statement.kind == "INSERT" and profile.rows >= _BULK_ROWS:
        bulk = replace(profile, samples=(profile.seconds * _BULK_ROWS / profile.rows,))
        found += Budget(max_seconds=limit).breaches(bulk)
    return found


def ask(statement: Statement, profile: Profile, config: Config, *, known: Collection[str]) -> Answer:
    """Whether ``profile`` keeps to its budget; breaches that the original has too are ``known``."""
    new = [breach for breach in breaches_of(statement, profile, config) if breach not in known]
    return Answer(Opinion.FAILED, f"{profile.operation} {'; '.join(new)}") if new else PASSED
