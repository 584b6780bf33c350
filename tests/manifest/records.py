"""Manifest entries, made by the code under test from facts in memory."""

import io
from dataclasses import replace

from assetkit import __version__
from assetkit.facts import Kind
from assetkit.geometry import Box, Size
from assetkit.judgement import Finding, Judgement, Severity, Status
from assetkit.manifest.contract import Manifest, PresetEntry, SummaryEntry, ToolEntry
from assetkit.manifest.entries import asset_entry
from assetkit.manifest.tables import write_tables
from assetkit.model import Outcome, Output
from tests.factories import region, seen, source, still_info, still_plan


def outcome(path="a.jpg", *, findings=(), **more):
    facts = seen(still_info(600, 800), text=[region(1, 2, 30, 40)], faces=[Box(0, 0, 9, 9)], coverage=0.12345)
    made = Outcome(
        source(f"/photos/{path}", path),
        Status.READY,
        sha256="0" * 64,
        bytes=10_000,
        kind=Kind.IMAGE,
        facts=facts,
        delivered=facts,
        judgement=Judgement(tuple(findings)),
        plan=still_plan(Box(0, 0, 600, 800), Size(60, 80)),
        actions=("scaled down to 60 x 80 px", "encoded as jpeg at quality 92"),
        outputs=(Output(f"ready/{path}", "main", "1" * 64, 999, 60, 80),),
        seconds=0.123,
    )
    return replace(made, **more)


def entry(path="a.jpg", *, findings=(), **more):
    changed = {k: more.pop(k) for k in ("media", "measurements", "plan", "status") if k in more}
    return asset_entry(outcome(path, findings=findings, **more)).model_copy(update=changed)


def manifest(*assets):
    return Manifest(
        tool=ToolEntry(name="assetkit", version=__version__, engines={"stills": "pillow 1"}),
        preset=PresetEntry(id="test", version="1", sha256="2" * 64),
        summary=SummaryEntry(ready=len(assets), review=0, rejected=0, interrupted=False),
        assets=list(assets),
        skipped=[],
    )


def breach(code="format", severity="required", message="format gif, not jpeg", fix="export it as JPEG", **more):
    return Finding(code, Severity(severity), message, fix=fix, source="the sheet (seen 2026-01-02)", **more)


def as_csv(record):
    """The tables of assets and of findings as text."""
    assets, findings = io.BytesIO(), io.BytesIO()
    write_tables(record, assets, findings)
    return assets.getvalue().decode(), findings.getvalue().decode()
