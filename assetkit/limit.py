"""One requirement of a preset: a value that rejects, a value that is advised, each with its unit, source and date."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assetkit.judgement import Severity

T = TypeVar("T")

# TOML tells numbers from text, so "10" is a mistake; so is 20 where a share is meant
Share = Annotated[float, Field(gt=0, le=1, strict=True)]
Count = Annotated[int, Field(gt=0, strict=True)]
Positive = Annotated[float, Field(gt=0, strict=True)]
Decibels = Annotated[float, Field(ge=-70, le=6, strict=True)]


class Strict(BaseModel):
    """A table of a preset: no unknown keys, nothing that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class Level(Strict, Generic[T]):
    """One value of a limit, with where it was read and when."""

    value: T
    unit: str
    source: str = Field(description="a key of [sources]")
    seen: date


class Limit(Strict, Generic[T]):
    """One requirement: the value that rejects, the value that is advised, or both."""

    required: Level[T] | None = None
    recommended: Level[T] | None = None

    def levels(self) -> list[tuple[Severity, Level[T]]]:
        """The stated levels, the stricter consequence first."""
        stated = [(Severity.REQUIRED, self.required), (Severity.RECOMMENDED, self.recommended)]
        return [(severity, level) for severity, level in stated if level is not None]

    @model_validator(mode="after")
    def _has_a_level(self) -> "Limit[T]":
        if not self.levels():
            raise ValueError("states neither required nor recommended")
        return self


def problems(
    limits: Strict, section: str, sources: Mapping[str, str], *, units: Mapping[str, str], advice: Collection[str] = ()
) -> Iterator[str]:
    """What is wrong with the limits of a section, in words: advice that is required, sources and units not known."""
    for name in type(limits).model_fields:
        limit: Limit[object] | None = getattr(limits, name)
        if limit is None:
            continue
        if name in advice and limit.required:
            yield f"{section}.limits.{name} can only be recommended: it is advice, and refuses nothing"
        for _, level in limit.levels():
            if level.source not in sources:
                yield f"{section}.limits.{name}: source {level.source!r} is not listed under [sources]"
            if level.unit != units.get(name, level.unit):
                yield f"{section}.limits.{name}: its unit is {units[name]!r}, not {level.unit!r}"
