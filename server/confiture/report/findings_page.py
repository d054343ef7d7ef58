"""What each finding means: the page ``docs/findings.md``, and what it says of one code."""

import re

from confiture.report.documentation import with_addresses

PAGE = """\
# Findings

What Confiture says that is not a mutant, by its code. Mutants have the code of their operator; [a page for
each](operators/) explains them.

## syntax

While typing: a string, comment or quoted name that nothing ends, a parenthesis too few or too many, a word that is
no command. Only what is certain is said. PostgreSQL's own words replace it at the next save.

## apply-error

PostgreSQL refused the up script, at the place that it names. No mutant was judged.

## undo-error

PostgreSQL refused the down script after the up script had run.

## again-error

Up, then down, then up again: the second time it fails, so the down script leaves something behind.

## history-error

An earlier migration, a seed or the prerequisites do not run, so there is no database to check this migration on.

## residue

The down script runs but does not restore what was there before; each difference is listed, with the statements of
the up script that it comes from.

## not-repeatable

Up, down and up again leads to another database than up alone.

## oracle-failed

A test of yours fails on the migration as it is. Mutants are judged once it passes.

## flaky-test

A test of yours passes and fails on the same database, so that it says nothing about mutants. It was not used.

## no-pgtap

Tests use pgTAP, and neither the server nor a package has it. The message says what to install.

## made-up-rows

The up script fails, but only with rows that Confiture made up, so it was checked with one row in each table, or
without any. If production may have such rows, it will fail there. If not, write a seed file with rows that it can
have.

## no-test

All tests pass without the migration too: none of them reaches it.

## not-mutated

No operator knows a mistake in these statements that would change anything and let the rest of the script run; how
well they are tested is not known.

## not-read

The script is so long that these statements were left out.

## not-seeded

These tables have no rows, so that a mistake in what is done with their rows shows less. Write a seed file.

## budget

A statement exceeds a limit of its `-- confiture: budget …` directive or of `[budgets]`; see [locks](locks.md).

## regression

A statement costs more than [its baseline](costs.md).

## old-baseline

A baseline is half a year old or from another major version of PostgreSQL, so that its times say little. Look at
`confiture baseline diff`, then accept today's.

## blocks-for-long

On a table as large as production's, the statement's lock would keep queries waiting for longer than
`scale.longest_block_seconds`; see [costs on more rows](costs.md#more-rows). Do it in steps that hold weaker locks
or hold them for less time.

## fails-at-scale

The statement fails once its tables have more rows than the seeds, for instance because a type becomes too small or
values meet that were apart.

## not-grown

The rows of these tables could not be multiplied, so that nothing is known of larger ones. Write a seed file with
more rows.

## no-room

There is not enough memory or disk for as many rows as `scale.factors` asks for; fewer were measured.

## statistics

The file of production's table sizes is missing or damaged, so that nothing was worked out for them.

## baselines

The file of the baselines is damaged or cannot be written: costs are compared with nothing, or not remembered.

## outside-scratch

A statement reaches outside the scratch database: to the whole server, another one or the file system. Nothing was
run. What stands in a function counts where the function is called, by a query, a trigger, a default or a test: one
that is only made is no harm.

## unused-ignore

The directive ignores nothing: its statement has no such mutant any more, or the operator's name is misspelt. A
quick fix removes it.

## not-run

What kept the check from running: a setting, a file that cannot be read, PostgreSQL that is missing.

## outside-history

The file belongs to no history, so that nothing was run.
"""

_SECTION = re.compile(r"^## ([a-z-]+)\n\n(.*?)\n*(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_EXPLANATIONS: dict[str, str] = dict(_SECTION.findall(PAGE))


def explanation_of(code: str) -> str:
    """What the finding means and what to do, in Markdown with whole addresses.

    Raises:
        KeyError: there is no such finding.
    """
    return with_addresses(_EXPLANATIONS[code])
