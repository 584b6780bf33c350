"""`set.toml` beside the slides of a carousel: its order, and the words that are published with it."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from assetkit.claims.claim import PRODUCTS
from assetkit.errors import AssetError
from assetkit.preset_file import sentence
from assetkit.sets import SET_FILE, Words
from assetkit.wording import say

_MAX_BYTES = 1_000_000
_MAX_TEXT = 100_000
_MAX_NAMES = 1000
_MAX_SAID = 3  # problems; more do not help

Text = Annotated[str, Field(max_length=_MAX_TEXT)]


class StatedWords(BaseModel):
    """What is published beside a picture."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    title: Text | None = Field(default=None, description="the title of the post")
    caption: Text | None = Field(default=None, description="the text under it")
    tags: tuple[Text, ...] = Field(default=(), max_length=_MAX_NAMES, description="its tags, with or without #")
    products: tuple[str, ...] = Field(default=(), description="categories of what is advertised, for its claims")

    @field_validator("products")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = next((each for each in value if each not in PRODUCTS), None)
        if unknown is not None:
            raise ValueError(f"{unknown} is no product category: choose of {', '.join(PRODUCTS)}")
        return value

    @property
    def words(self) -> Words:
        """The same as plain data."""
        return Words(self.title, self.caption, self.tags, self.products)


class SetFile(StatedWords):
    """What a `set.toml` may state; `order` names the slides, from the cover on, as files of its folder."""

    name: str | None = Field(
        default=None, min_length=1, max_length=60, pattern=r"^[^/\\:*?\"<>|\x00-\x1f.][^/\\:*?\"<>|\x00-\x1f]*$"
    )
    order: tuple[str, ...] = Field(default=(), max_length=_MAX_NAMES)

    @field_validator("order")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = next((name for name in value if value.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"{twice} is named twice")
        return value


def read_set_file(path: Path) -> SetFile:
    """Read and validate a set's file. Raises AssetError `set-invalid` that names the key."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _invalid(f"cannot be read: {error.strerror or error}") from error
    if len(data) > _MAX_BYTES:
        raise _invalid(f"larger than {_MAX_BYTES / 1e6:g} MB")
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _invalid(f"not valid TOML: {error}") from error
    try:
        return SetFile.model_validate(table)
    except ValidationError as error:
        said = [sentence(problem, SetFile) for problem in error.errors(include_url=False)[:_MAX_SAID]]
        raise _invalid("; ".join(said)) from error


def _invalid(detail: str) -> AssetError:
    fix = say('mend it, as in order = ["cover.png", "2.jpg"], title = "...", tags = ["..."], or remove it')
    return AssetError("set-invalid", "probe", say("{name}: {detail}", name=SET_FILE, detail=detail), fix)
