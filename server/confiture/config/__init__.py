"""One frozen `Config`, read once at the edge and passed down.

Later sources win: the defaults, then ``confiture.toml`` or ``[tool.confiture]`` in ``pyproject.toml``, then the
environment, then the editor's settings or the command line's options. Paths and globs are relative to the root.

| key | type | default | environment | meaning |
|---|---|---|---|---|
| `migrations` | path | found below the root | | directory with the migrations |
| `layout` | text | found by the files' names | | migration tool whose rules they follow |
| `tests` | globs | `["tests/**/*.sql", "t/**/*.sql", "t/**/*.pg", "supabase/tests/**/*.sql"]` | | SQL tests |
| `test_commands` | texts | `[]` | | commands that test a database, such as `"npm test"`: their exit status decides |
| `pytest` | texts | `[]` | | arguments of pytest that choose tests of a database, such as `"tests/db"` |
| `seeds` | globs | `["seeds/**/*.sql"]` | | seed rows |
| `prerequisites` | path | confiture/pre.sql | | SQL that runs before the history, for what a platform supplies |
| `variables` | table | none | | values for the placeholders of migrations that are templates |
| `postgres.url` | text | none | `DATABASE_URL`, `POSTGRES_HOST` … | server on which scratch databases are made |
| `postgres.binaries` | path | searched | | directory with `initdb` and `postgres`, for a private cluster |
| `postgres.version` | integer | any | | major version to pick among several |
| `mutation.timeout_seconds` | number | `300` | `MUTATION_TIMEOUT` | most that one mutant may take |
| `mutation.verbose` | boolean | `false` | `MUTATION_VERBOSE` | report every mutant, not only the survivors |
| `mutation.skip` | texts | `[]` | | operators to leave out, by id or name |
| `mutation.per_line` | integer | `1` | | survivors shown for a line |
| `mutation.per_file` | integer | `7` | | survivors shown for a file |
| `mutation.jobs` | integer | cores, at most 4 | | databases in which mutants are judged side by side |
| `mutation.fail_under` | number | none | | score, 0 to 100, below which `confiture check` fails |
| `performance.threshold_pct` | number | `20` | | slowdown, in percent of the baseline, that is a regression |
| `performance.floor_ms` | number | `5` | | slowdowns below this are never one |
| `performance.baseline` | path | `".confiture/baseline.json"` | | where accepted costs are kept |
| `performance.create_table_seconds` | number | none | `PERF_CREATE_TABLE_THRESHOLD` | limit for each CREATE TABLE |
| `performance.create_index_seconds` | number | none | `PERF_CREATE_INDEX_THRESHOLD` | limit for each CREATE INDEX |
| `performance.bulk_insert_seconds` | number | none | `PERF_BULK_INSERT_10K_THRESHOLD` | limit for 10,000 rows |
| `scale.rows` | integer | `5000` | | rows of each table at 1×, for `confiture profile --scale` |
| `scale.factors` | integers | `[1, 4, 16]` | | how many times as many rows are measured, at least three numbers |
| `scale.repeats` | integer | `5` | | runs with each number of rows |
| `scale.sizes` | counts | none | | rows of production's tables, such as `{ orders = 40_000_000 }` |
| `scale.statistics` | path | none | | file with them, as `confiture stats` writes it |
| `scale.longest_block_seconds` | number | `1` | | longest time that queries may have to wait there |
| `budgets.max` | time | none | | most that a statement may take, for instance `"2s"` |
| `budgets.lock` | lock mode | none | | strongest lock on an existing table, such as `"ShareUpdateExclusive"` |
| `budgets.rewrite` | boolean | `true` | | whether existing tables may be rewritten |
| `budgets.scan` | boolean | `true` | | whether existing tables may be read in full |

Of the ``POSTGRES_*`` variables, ``POSTGRES_HOST`` makes the others count (``POSTGRES_PORT``, ``POSTGRES_USER``,
``POSTGRES_PASSWORD``, ``POSTGRES_DB``): a database container sets them too, and they alone name no server.
``DATABASE_URL`` comes first. A variable that is set to nothing is not set.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from confiture.config.settings import Setting, Settings
from confiture.config.sources import find_root, flatten, from_environment, from_file, repository_of
from confiture.config.values import KEYS, Config, MutationConfig, PerformanceConfig, PostgresConfig, ScaleConfig
from confiture.model.profile import Budget

__all__ = [
    "KEYS",
    "Config",
    "MutationConfig",
    "PerformanceConfig",
    "PostgresConfig",
    "ScaleConfig",
    "find_root",
    "load_config",
    "repository_of",
]

_NOTHING: Mapping[str, object] = MappingProxyType({})


def load_config(root: Path, *, environment: Mapping[str, str], overrides: Mapping[str, object] = _NOTHING) -> Config:
    """All settings of the project at ``root``.

    Args:
        root: see `find_root`.
        environment: as ``os.environ``.
        overrides: the editor's settings or the command line's options, nested as in the file; None is not set.

    Raises:
        ConfigError: a file cannot be read, a key is unknown or a value is wrong; the message names file and key.
    """
    root = root.resolve()
    found: dict[str, Setting] = {}
    for layer in (from_file(root), from_environment(environment), flatten(overrides, "settings")):
        found |= {setting.key: setting for setting in layer}
    return _build(root, Settings(root, found))


def _build(root: Path, settings: Settings) -> Config:
    default = Config(root)
    mutation, performance, scale = default.mutation, default.performance, default.scale
    return Config(
        root=root,
        migrations=settings.path("migrations"),
        layout=settings.text("layout"),
        tests=settings.globs("tests", default.tests),
        test_commands=settings.texts("test_commands", default.test_commands),
        pytest=settings.texts("pytest", default.pytest),
        seeds=settings.globs("seeds", default.seeds),
        prerequisites=settings.path("prerequisites"),
        variables=settings.mapping("variables"),
        postgres=PostgresConfig(
            url=settings.url("postgres.url"),
            binaries=settings.path("postgres.binaries"),
            version=settings.integer("postgres.version", None),
        ),
        mutation=MutationConfig(
            timeout_seconds=settings.positive("mutation.timeout_seconds", mutation.timeout_seconds),
            verbose=settings.boolean("mutation.verbose", default=mutation.verbose),
            skip=settings.texts("mutation.skip", mutation.skip),
            per_line=settings.integer("mutation.per_line", mutation.per_line),
            per_file=settings.integer("mutation.per_file", mutation.per_file),
            jobs=settings.integer("mutation.jobs", mutation.jobs),
            fail_under=settings.number("mutation.fail_under", None, most=100),
        ),
        performance=PerformanceConfig(
            threshold_pct=settings.positive("performance.threshold_pct", performance.threshold_pct),
            floor_ms=settings.number("performance.floor_ms", performance.floor_ms),
            baseline=settings.path("performance.baseline") or root / performance.baseline,
            create_table_seconds=settings.positive("performance.create_table_seconds", None),
            create_index_seconds=settings.positive("performance.create_index_seconds", None),
            bulk_insert_seconds=settings.positive("performance.bulk_insert_seconds", None),
        ),
        scale=ScaleConfig(
            rows=settings.integer("scale.rows", scale.rows),
            factors=settings.growing("scale.factors", scale.factors),
            repeats=settings.integer("scale.repeats", scale.repeats),
            sizes=settings.counts("scale.sizes"),
            statistics=settings.path("scale.statistics"),
            longest_block_seconds=settings.number("scale.longest_block_seconds", scale.longest_block_seconds),
        ),
        budget=Budget(
            max_seconds=settings.time("budgets.max"),
            max_lock=settings.lock_mode("budgets.lock"),
            rewrite=settings.boolean("budgets.rewrite", default=default.budget.rewrite),
            scan=settings.boolean("budgets.scan", default=default.budget.scan),
        ),
    )
