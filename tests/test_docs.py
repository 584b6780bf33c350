"""What the documents say of the code, held against the code; `pytest --regen` writes it again."""

import json
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from assetkit.checks import CHECKS
from assetkit.checks.sets import SET_CHECKS
from assetkit.checks.words import WORD_CHECKS
from assetkit.cli.presets import limit_value
from assetkit.judgement import Severity
from assetkit.limit import Limit
from assetkit.manifest.claims import ClaimsReport
from assetkit.manifest.contract import CoverageReport, CoverSet, Manifest
from assetkit.preset import UNITS, ClipTarget, Limits, Preset, StillTarget
from assetkit.preset_file import load, shipped
from assetkit.set_rules import SetLimits
from assetkit.word_rules import WordLimits

ROOT = Path(__file__).parent.parent
KINDS = {1: {"image": "stills", "video": "clips"}}


def checks_table() -> str:
    rows = ["| code | preset key | for | what it asks |", "|---|---|---|---|"]
    for check in CHECKS:
        kinds = "both" if len(check.kinds) == 2 else KINDS[1][next(iter(check.kinds)).value]
        rows.append(f"| `{check.code}` | `{check.code.replace('-', '_')}` | {kinds} | {check.about} |")
    rows += [f"| `{check.code}` | `{check.code.replace('-', '_')}` | sets | {check.about} |" for check in SET_CHECKS]
    rows += [f"| `{check.code}` | `{check.code.replace('-', '_')}` | words | {check.about} |" for check in WORD_CHECKS]
    return "\n".join(rows)


def fields() -> str:
    """Every field of the manifest, an entry at a time, from the top down."""
    seen: list[type[BaseModel]] = [Manifest]
    for model in seen:
        for field in model.model_fields.values():
            seen += [found for found in _models(field.annotation) if found not in seen]
    return "\n\n".join(_entry(model) for model in seen)


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]


def _entry(model: type[BaseModel]) -> str:
    about = " ".join((model.__doc__ or "").split("\n\n")[0].split())
    rows = [f"## {model.__name__.removesuffix('Entry')}", "", about, "", "| field | holds | about |", "|---|---|---|"]
    for name, field in model.model_fields.items():
        kind = getattr(field.annotation, "__name__", None) if not get_args(field.annotation) else str(field.annotation)
        plain = re.sub(r"assetkit\.manifest\.contract\.|typing\.|Entry\b|<class '|'>", "", str(kind)).replace("|", "or")
        plain = plain.replace("collections.abc.Sequence", "list")
        rows.append(f"| `{field.alias or name}` | {plain} | {field.description or ''} |")
    return "\n".join(rows)


def placements() -> str:
    """What each shipped preset states beside what all of them ask."""
    rows = ["| preset | for | limit | required | recommended | read in (seen) |", "|---|---|---|---|---|---|"]
    common = tomllib.loads((ROOT / "presets/_common.toml").read_text("utf-8"))["sources"].keys() - {"placement"}
    for preset in map(load, shipped()):
        for kind in ("image", "video", "cover"):
            if kind != "cover" and kind not in preset.takes:
                continue
            limits, inherited = getattr(preset, kind).limits, preset.image.limits if kind == "cover" else None
            for name in Limits.model_fields:
                limit = getattr(limits, name)
                if limit is None or (inherited is not None and limit == getattr(inherited, name)):
                    continue
                if any(level.source in common for _, level in limit.levels()):
                    continue
                rows.append(f"| `{preset.id}` | {KINDS[1].get(kind, 'covers')} | `{name}` | {_levels(limit, preset)} |")
    return "\n".join(rows)


def _levels(limit: Limit[object], preset: Preset) -> str:
    told = {severity: limit_value(level.model_dump(mode="json")["value"]) for severity, level in limit.levels()}
    units = {level.unit for _, level in limit.levels()} & {"px", "bytes", "s", "frames/s"}
    cells = [f"{told[s]} {' '.join(units)}".strip() if s in told else "" for s in Severity if s is not Severity.NOTE]
    read = {f"{preset.sources[level.source]} ({level.seen})": None for _, level in limit.levels()}
    return " | ".join([*cells, "; ".join(read)])


def targets() -> str:
    rows = ["| key | for | default | what it does |", "|---|---|---|---|"]
    fields = [(StillTarget, "stills, covers"), (ClipTarget, "clips")]
    for name, (field, kinds) in {
        name: (field, kinds if name not in StillTarget.model_fields.keys() & ClipTarget.model_fields.keys() else "all")
        for model, kinds in fields
        for name, field in model.model_fields.items()
    }.items():
        default = "" if field.default is None else f"`{json.dumps(field.default)}`"
        rows.append(f"| `{name}` | {kinds} | {default} | {field.description} |")
    return "\n".join(rows)


def values() -> str:
    """What is written as the value of each limit."""
    rows = ["| key | value | unit |", "|---|---|---|"]
    for name, field in Limits.model_fields.items():
        (limit,) = (part for part in get_args(field.annotation) if part is not type(None))
        rows.append(f"| `{name}` | {_value(limit)} | {UNITS.get(name, 'yours to name')} |")
    return "\n".join(rows)


def _value(limit: type[BaseModel]) -> str:
    level = next(part for part in get_args(limit.model_fields["required"].annotation) if part is not type(None))
    schema = level.model_json_schema()
    told = schema["properties"]["value"]
    if "$ref" in told:
        return '`{ narrowest = "3:4", widest = "2:1" }`'
    if told.get("const") is True:
        return "`true`"
    if told["type"] == "array":
        items = told.get("items", {})
        named = [f"`{word}`" for word in items.get("enum", ())]
        return "`[width, height]`" if "prefixItems" in told else f"list of {', '.join(named) or 'names'}"
    if told["type"] == "string":
        return '`"3:4"`'
    span = f"above {told['exclusiveMinimum']:g}" if "exclusiveMinimum" in told else f"from {told['minimum']:g}"
    return f"{told['type']} {span}" + (f", at most {told['maximum']:g}" if "maximum" in told else "")


BLOCKS = {
    "checks": ("README.md", checks_table),
    "manifest": ("docs/manifest.md", fields),
    "placements": ("docs/presets.md", placements),
    "targets": ("docs/presets.md", targets),
    "values": ("docs/presets.md", values),
}
SCHEMAS = {
    "manifest-1.json": lambda: Manifest.model_json_schema(by_alias=True, mode="serialization"),
    "covers-1.json": lambda: CoverSet.model_json_schema(by_alias=True, mode="serialization"),
    "coverage-1.json": lambda: CoverageReport.model_json_schema(by_alias=True, mode="serialization"),
    "claims-1.json": lambda: ClaimsReport.model_json_schema(by_alias=True, mode="serialization"),
    "preset.json": Preset.model_json_schema,
}


@pytest.mark.parametrize("name", BLOCKS)
def test_readme_block_is_what_the_code_says(name, regen):
    file, block = BLOCKS[name]
    readme = ROOT / file
    pattern = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    text = readme.read_text("utf-8")
    written = pattern.sub(lambda m: f"{m[1]}\n{block()}\n\n{m[2]}", text)
    if regen:
        readme.write_text(written, "utf-8")
    assert pattern.search(text), f"{file} has no block {name}"
    assert readme.read_text("utf-8") == written


@pytest.mark.parametrize("name", SCHEMAS)
def test_published_schema_is_what_the_code_says(name, regen):
    path = ROOT / "docs" / "schema" / name
    text = json.dumps(SCHEMAS[name](), indent=2) + "\n"
    if regen:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


def test_every_check_has_a_preset_key_of_its_name():
    assert {check.code.replace("-", "_") for check in CHECKS} == set(Limits.model_fields)
    assert [check.code.replace("-", "_") for check in SET_CHECKS] == list(SetLimits.model_fields)
    assert [check.code.replace("-", "_") for check in WORD_CHECKS] == list(WordLimits.model_fields)


def test_readme_names_every_command():
    from assetkit.cli import _COMMANDS

    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in _COMMANDS if f"assetkit {name}" not in text] == []
