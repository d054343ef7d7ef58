"""Mutation testing: would anyone notice these mistakes in a migration?"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, perf_counter

from confiture.model.verdict import Status
from confiture.testing.frameworks.registry import Mutation, MutationRegistry
from confiture.testing.frameworks.report import MutantResult, MutationReport, MutationResult, MutationTestResult
from confiture.testing.frameworks.suite import ask, run_project
from confiture.testing.settings import environment_settings, positive

__all__ = [
    "MutantResult",
    "Mutation",
    "MutationRegistry",
    "MutationReport",
    "MutationResult",
    "MutationRunner",
    "MutationTestResult",
]

_SUITE_SECONDS = 300.0


class MutationRunner:
    """Runs mutations against a test function, or against the tests of a project on PostgreSQL."""

    def __init__(
        self,
        registry: MutationRegistry | None = None,
        verbose: bool = True,  # noqa: FBT001, FBT002 - the signature that our users know
        *,
        project: Path | str | None = None,
    ) -> None:
        """Makes a runner.

        Args:
            registry: the mutations; all by default.
            verbose: tell every result on standard error; ``MUTATION_VERBOSE`` wins over it.
            project: a file or directory of the project; by default the working directory.

        Raises:
            ConfigError: ``MUTATION_VERBOSE`` is no truth value.
        """
        self.registry = registry or MutationRegistry()
        self.verbose = environment_settings().boolean("mutation.verbose", default=verbose)
        self._project = project

    def run_mutation(
        self, mutation: Mutation, test_function: Callable[[Mutation], bool], *, timeout_seconds: float | None = None
    ) -> MutationResult:
        """Asks ``test_function`` whether it notices ``mutation``.

        True and an AssertionError mean killed, False survived; any other value or exception is an error. A function
        that does not end in time is a ``Timeout``, which counts as killed; its thread is left behind.

        Args:
            mutation: handed to the function.
            test_function: runs in a thread of its own.
            timeout_seconds: by default ``MUTATION_TIMEOUT``, or 300.

        Raises:
            ValueError: the timeout is not above 0.
            ConfigError: ``MUTATION_TIMEOUT`` is wrong.
        """
        result = ask(mutation, test_function, seconds=_limit(timeout_seconds))
        self._tell(f"{mutation.id} {result.status}: {result.reason or mutation.description}")
        return result

    def run_mutation_suite(
        self,
        registry: MutationRegistry | None = None,
        timeout_seconds: float | None = None,
        max_mutations: int | None = None,
        test_function: Callable[[Mutation], bool] | None = None,
        *,
        project: Path | str | None = None,
    ) -> MutationReport:
        """Runs the mutations of ``registry``, in its order.

        With a test function each mutation is asked of it. Without one, the migrations of the project are run on scratch
        databases with every mistake that they can have, and the project's own tests are asked; a mutation that no
        migration can have has no result.

        Args:
            registry: by default that of the runner.
            timeout_seconds: for the whole suite, ended in mid-statement too; by default ``MUTATION_TIMEOUT``, or 300.
                What was not judged by then is ``Pending``.
            max_mutations: only so many, from the first.
            test_function: see `run_mutation`.
            project: a file or directory of the project; by default that of the runner.

        Raises:
            ValueError: the timeout is not above 0, or ``max_mutations`` is negative.
            ConfigError: a setting is wrong.
            ProjectError: there is no history, or a file of it cannot be read.
            DatabaseError: PostgreSQL cannot be had.
        """
        seconds = _limit(timeout_seconds)
        if max_mutations is not None and max_mutations < 0:
            raise ValueError(f"max_mutations must not be negative, and is {max_mutations}")
        mutations = (registry or self.registry).get_all_mutations()[:max_mutations]
        if test_function is not None:
            return self._ask_all(mutations, test_function, seconds=seconds)
        near = Path(project or self._project or Path.cwd())
        report = run_project(near, mutations, seconds=seconds, tell=self._tell)
        self._tell(report.get_summary())
        return report

    def _ask_all(
        self, mutations: list[Mutation], test_function: Callable[[Mutation], bool], *, seconds: float
    ) -> MutationReport:
        report, started, end = MutationReport([]), perf_counter(), monotonic() + seconds
        for mutation in mutations:
            left = end - monotonic()
            if left > 0:
                report.results.append(self.run_mutation(mutation, test_function, timeout_seconds=left))
            else:
                report.results.append(MutationResult(mutation, Status.PENDING.value, "the time of the suite was over"))
        report = replace(report, duration_seconds=perf_counter() - started)
        self._tell(report.get_summary())
        return report

    def _tell(self, text: str) -> None:
        if self.verbose:
            sys.stderr.write(f"{text}\n")


def _limit(seconds: float | None) -> float:
    if seconds is not None:
        return positive(seconds, "timeout_seconds")
    return environment_settings().positive("mutation.timeout_seconds", _SUITE_SECONDS)
