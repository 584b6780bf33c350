"""Facts held against one limit, and what comes of several: the same for an asset and for a set of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from assetkit.checks.verdict import Breach, Unknown, Verdict
from assetkit.judgement import Finding, Judgement, NotChecked, Severity
from assetkit.limit import Level, Limit

F = TypeVar("F")
T = TypeVar("T")


def held(
    code: str,
    limit: Limit[T] | None,
    judge: Callable[[F, T], Verdict],
    facts: F,
    sources: Mapping[str, str],
) -> Judgement:
    """What one check says of `facts`, by the strictest level that is broken."""
    not_checked: list[NotChecked] = []
    for severity, level in limit.levels() if limit else ():
        verdict = judge(facts, level.value)
        if isinstance(verdict, Unknown):
            not_checked.append(NotChecked(code, severity, verdict.reason))
            continue
        breaches = verdict if isinstance(verdict, tuple) else () if verdict is None else (verdict,)
        told = [each for each in breaches if severity is Severity.REQUIRED or each.is_likely]
        if told:  # the required breach says it; the recommended one would repeat it
            findings = tuple(_finding(code, severity, breach, level, sources) for breach in told)
            return Judgement(findings, tuple(not_checked))
    return Judgement((), tuple(not_checked))


def joined(judgements: Iterable[Judgement]) -> Judgement:
    """All breaches, not only the first."""
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    for judgement in judgements:
        findings += judgement.findings
        not_checked += judgement.not_checked
    return Judgement(findings, not_checked)


def _finding(code: str, severity: Severity, breach: Breach, level: Level[T], sources: Mapping[str, str]) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        message=breach.message,
        measured=breach.measured,
        limit=breach.limit,
        unit=level.unit,
        fix=breach.fix,
        source=f"{sources[level.source]} (seen {level.seen})",
        needs_person=breach.needs_person and severity is Severity.REQUIRED,  # advice is not worth a person's time
        boxes=breach.boxes,
        span=breach.span,
        quote=breach.quote,
    )
