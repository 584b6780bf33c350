"""TOML files in, validated presets out; every problem named by its key's path."""

import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from assetkit.errors import UserInputError
from assetkit.preset import Preset

Table = dict[str, Any]
_NO_TABLE = ("model_type", "dict_type")  # pydantic's names of what is wrong
_LEVEL = '{ value = ..., unit = "px", source = "me", seen = 2026-01-31 }'
_MAX_PARENTS = 8
_COMMON = "_common"  # what every shipped preset extends
_MAX_SHOWN = 100  # characters


def shipped() -> list[str]:
    """Ids of the presets that ship with assetkit, sorted. Files whose name starts with _ are there to be extended."""
    folder = resources.files("assetkit.presets")
    names = (p.name for p in folder.iterdir() if p.name.endswith(".toml"))
    return sorted(name.removesuffix(".toml") for name in names if not name.startswith("_"))


def load(name: str) -> Preset:
    """Return the preset with a shipped id, or the one in a TOML file, with what it extends filled in.

    Raises UserInputError that names the file, the key's path and what to write instead.
    """
    label, table = _read(name, Path())
    table = _with_parents(table, label, Path(name).parent if _is_file_name(name) else Path())
    image, cover = table.get("image", {}), table.get("cover", {})
    if isinstance(image, dict) and isinstance(cover, dict):  # else validation says what is wrong
        table["cover"] = _merge(image, cover)
    try:
        return Preset.model_validate(table)
    except ValidationError as error:
        lines = [sentence(problem, Preset) for problem in error.errors()]
        # a cover inherits what [image] states: one mistake there is said once
        lines = [s for s in lines if not (s.startswith("cover.") and "image." + s.removeprefix("cover.") in lines)]
        raise UserInputError("\n".join(f"{label}: {line}" for line in lines)) from error


def sha256(preset: Preset) -> str:
    """Hash of the resolved preset: equal for equal requirements, however they are written."""
    text = json.dumps(preset.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_file_name(name: str) -> bool:
    return name.endswith(".toml") or "/" in name or "\\" in name


def _read(name: str, folder: Path) -> tuple[str, Table]:
    """Return what to call the preset in messages, and its table."""
    try:
        if _is_file_name(name):
            return name, tomllib.loads((folder / name).read_text("utf-8"))
        if name in (*shipped(), _COMMON):
            file = resources.files("assetkit.presets") / f"{name}.toml"
            return name, tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserInputError(f"{name}: not valid TOML: {error}") from error
    except OSError as error:
        raise UserInputError(f"preset file {name}: {error.strerror or error}") from error
    close = difflib.get_close_matches(name, shipped(), n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"known presets: {', '.join(shipped())}."
    raise UserInputError(f"no preset {name!r}: {hint} A file of your own is named by its path, as in ./{name}.toml")


def _with_parents(table: Table, label: str, folder: Path) -> Table:
    for _ in range(_MAX_PARENTS):
        parent = table.pop("extends", None)
        if parent is None:
            return table
        if not isinstance(parent, str):
            raise UserInputError(f"{label}: extends: the id of a preset, or the path of a file")
        _, base = _read(parent, folder)
        table = _merge(base, table)
        if _is_file_name(parent):
            folder = (folder / parent).parent
    raise UserInputError(f"{label}: extends: more than {_MAX_PARENTS} presets deep, or a circle")


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Table:
    """`over` wins; tables are merged, everything else is replaced. `extends` comes from the base only."""
    merged = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    if "extends" in base:
        merged["extends"] = base["extends"]
    return merged


def sentence(problem: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One of pydantic's complaints about a `model`, for people: the key's path, what is wrong, what was meant."""
    where = _shown(".".join(str(part) for part in problem["loc"]))
    if problem["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(problem["loc"][-1]), _known_keys(model), n=1)
        return f"{where}: unknown key" + (f", did you mean {close[0]}?" if close else "")
    if problem["type"] == "missing":
        return f"{where}: missing"
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] in _NO_TABLE:
        is_level = problem["loc"][-1:] in (("required",), ("recommended",))
        message = "needs a table of keys" + (f", such as {_LEVEL}" if is_level else "")
    return f"{where}: {message}, not {_shown(repr(problem['input']))}" if where else message


def _shown(text: str) -> str:
    """As much of what a stranger wrote as fits into a line."""
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "..."


def _known_keys(model: type[BaseModel]) -> list[str]:
    """Every key that any table of a file may hold."""
    keys: set[str] = set()
    pending: list[Mapping[str, Any]] = [model.model_json_schema()]
    while pending:
        node = pending.pop()
        keys |= set(node.get("properties", {}))
        pending += [value for value in node.values() if isinstance(value, dict)]
    return sorted(keys)
