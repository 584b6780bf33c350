"""What the documents say of the code, held against the code; `pytest --regen` writes it again."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from assetkit.checks import CHECKS
from assetkit.manifest.claims import ClaimsReport
from assetkit.manifest.contract import CoverageReport, CoverSet, Manifest
from assetkit.preset import Limits, Preset

ROOT = Path(__file__).parent.parent
KINDS = {1: {"image": "stills", "video": "clips"}}


def checks_table() -> str:
    rows = ["| code | preset key | for | what it asks |", "|---|---|---|---|"]
    for check in CHECKS:
        kinds = "both" if len(check.kinds) == 2 else KINDS[1][next(iter(check.kinds)).value]
        rows.append(f"| `{check.code}` | `{check.code.replace('-', '_')}` | {kinds} | {check.about} |")
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


BLOCKS = {"checks": ("README.md", checks_table), "manifest": ("docs/manifest.md", fields)}
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


def test_readme_names_every_command():
    from assetkit.cli import _COMMANDS

    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in _COMMANDS if f"assetkit {name}" not in text] == []
