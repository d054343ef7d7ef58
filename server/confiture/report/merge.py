"""The reports of all shards of a run as the report of the whole run."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from confiture.engine.outcome import Outcome
from confiture.errors import ConfigError
from confiture.model.finding import Finding
from confiture.model.profile import Comparison
from confiture.report.from_json import Written
from confiture.report.report import Report

_SAME = "run all shards with the same options, settings and PostgreSQL"


def merge(files: Sequence[Written]) -> Report:
    """What a run that was not shared out would have reported, but that its times are those of all shards together.

    Raises:
        ConfigError: the files are not those of all shards of one run.
    """
    if len(files) == 1 and files[0].report.shard is None:
        return files[0].report
    ordered = _complete(files)
    sources = _sources(ordered)
    for other in ordered[1:]:
        _expect_same(ordered[0], other)
    reports = [file.report for file in ordered]
    outcomes = zip(*(report.outcomes for report in reports), strict=True)
    return replace(
        reports[0],
        server="; ".join(dict.fromkeys(report.server for report in reports)),
        outcomes=tuple(_merged(shards, ordered) for shards in outcomes),
        sources=sources,
        duration_seconds=sum(report.duration_seconds for report in reports),
        shard=None,
    )


def _complete(files: Sequence[Written]) -> list[Written]:
    """``files`` in the order of their shards, of which each is there once."""
    by_number: dict[int, Written] = {}
    of = {file.report.shard.of for file in files if file.report.shard}
    for file in files:
        shard = file.report.shard
        if shard is None:
            raise ConfigError(f"{file.name}: is the report of a whole run, which is not put together with others")
        if len(of) > 1:
            raise ConfigError(f"{_named(files)}: the run was shared out in different ways; give the shards of one run")
        if shard.number in by_number:
            raise ConfigError(f"{by_number[shard.number].name} and {file.name}: both are shard {shard}; leave one out")
        by_number[shard.number] = file
    most = max(of)
    if missing := [f"{number}/{most}" for number in range(1, most + 1) if number not in by_number]:
        raise ConfigError(f"{_named(files)}: missing is {' and '.join(missing)}; give the reports of all shards")
    return [by_number[number] for number in sorted(by_number)]


def _named(files: Iterable[Written]) -> str:
    return ", ".join(f"{file.name} ({file.report.shard})" for file in files)


def _expect_same(one: Written, other: Written) -> None:
    """Both must come from the same run.

    Raises:
        ConfigError: they do not.
    """
    both = f"{one.name} and {other.name}"
    if one.version != other.version:
        versions = f"{one.version} and {other.version}"
        raise ConfigError(f"{both}: were written by versions {versions} of Confiture; use one for all shards")
    if _settings(one.report) != _settings(other.report):
        raise ConfigError(f"{both}: come from runs with different settings; use the same for all shards")
    if one.report.inputs != other.report.inputs:
        what = "different migrations, tests or seed files"
        raise ConfigError(f"{both}: come from runs that read {what}; run all shards on the same files")
    ours, theirs = ([outcome.migration.title for outcome in file.report.outcomes] for file in (one, other))
    if ours != theirs:
        differing = ", ".join(sorted(set(ours) ^ set(theirs))) or "their order"
        raise ConfigError(f"{both}: are about different migrations ({differing}); run all shards on the same ones")
    for mine, same in zip(one.report.outcomes, other.report.outcomes, strict=True):
        if mine.planned != same.planned:
            counts = f"{mine.planned} and {same.planned}"
            raise ConfigError(
                f"{both}: differ in how many mutants {mine.migration.title} has, {counts}; {_SAME}. "
                "A shard in which a test failed has none: its own report says which"
            )


def _sources(files: Iterable[Written]) -> dict[Path, str]:
    """All texts in ``files``.

    Raises:
        ConfigError: two files have different ones of the same path.
    """
    found: dict[Path, tuple[Written, str]] = {}
    for file in files:
        for path, text in file.report.sources.items():
            first, known = found.setdefault(path, (file, text))
            if known != text:
                both, name = f"{first.name} and {file.name}", file.report.shown_path(path)
                raise ConfigError(f"{both}: hold different texts of {name}; run all shards on the same files")
    return {path: text for path, (_, text) in found.items()}


def _settings(report: Report) -> tuple[object, ...]:
    return report.layout, report.per_line, report.per_file, report.fail_under


def _merged(shards: Sequence[Outcome], files: Sequence[Written]) -> Outcome:
    """One migration in all shards.

    Raises:
        ConfigError: not each of its mutants is in exactly one of them.
    """
    first = shards[0]
    judgements = tuple(judgement for shard in shards for judgement in shard.judgements)
    ids = {judgement.mutant.id for judgement in judgements}
    if len(ids) != len(judgements) or len(judgements) != first.planned:
        what = f"the {first.planned} mutants of {first.migration.title} are not each in one of them"
        raise ConfigError(f"{_named(files)}: {what}; {_SAME}")
    return replace(
        first,
        mutants=tuple(judgement.mutant for judgement in judgements),
        elsewhere=0,
        judgements=judgements,
        comparisons=_comparisons(shards),
        findings=_findings(shards),
        residue=tuple(dict.fromkeys(difference for shard in shards for difference in shard.residue)),
        duration_seconds=sum(shard.duration_seconds for shard in shards),
        finished=all(shard.finished for shard in shards),
    )


def _comparisons(shards: Iterable[Outcome]) -> tuple[Comparison, ...]:
    """What the first shard measured, or the first in which a statement had become slower."""
    chosen: dict[int, Comparison] = {}
    for comparison in (comparison for shard in shards for comparison in shard.comparisons):
        known = chosen.setdefault(comparison.profile.statement, comparison)
        if comparison.regressed and not known.regressed:
            chosen[comparison.profile.statement] = comparison
    return tuple(chosen.values())


def _findings(shards: Iterable[Outcome]) -> tuple[Finding, ...]:
    """All findings, but what a shard found where an earlier one found the same, if in other figures."""
    found: list[Finding] = []
    for shard in shards:
        known = {(finding.code, finding.path, finding.span) for finding in found}
        found += [each for each in shard.findings if (each.code, each.path, each.span) not in known]
    return tuple(found)
