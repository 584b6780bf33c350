"""What `assetkit claims` writes as JSON: the contract `assetkit.claims/1`."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assetkit.checks.claims import FOR_A_PERSON, PRE_CHECK
from assetkit.claims.claim import Claim, Line, Statement
from assetkit.geometry import Box
from assetkit.wording import in_language


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReadLine(_Strict):
    """One line as it was read; `box` is left, top, right, bottom in display pixels, null for plain text."""

    text: str
    box: tuple[int, int, int, int] | None
    confidence: float = Field(ge=0, le=1)


class ClaimEntry(_Strict):
    """One hit of the lexicon; `boxes` are those of the lines it stands in."""

    id: str
    category: str
    verdict: Literal["reject", "review"]
    matched: str
    context: str
    is_exact: bool
    confidence: float = Field(ge=0, le=1)
    boxes: list[tuple[int, int, int, int]]
    basis: str
    basis_zh: str
    suggestion: str
    suggestion_zh: str


class MissingStatement(_Strict):
    """Words that an ad for the stated products must show, and that were not read."""

    id: str
    words: str
    words_zh: str
    basis: str
    basis_zh: str


class ClaimsReport(_Strict):
    """Everything about one text or picture; `verdict` is the worst of its claims, `pass` where there is none."""

    schema_: Literal["assetkit.claims/1"] = Field(default="assetkit.claims/1", alias="schema")
    source: str
    products: list[str]
    verdict: Literal["pass", "review", "reject"]
    lines: list[ReadLine]
    claims: list[ClaimEntry]
    missing: list[MissingStatement]
    not_checked: list[str]
    not_checked_zh: list[str]
    note: str
    note_zh: str


def claims_report(
    source: str, products: Sequence[str], lines: Sequence[Line], claims: Sequence[Claim], missing: Sequence[Statement]
) -> ClaimsReport:
    """Write down what was read and found."""
    verdicts = {claim.verdict.value for claim in claims} | ({"review"} if missing else set())
    return ClaimsReport(
        source=source,
        products=sorted(products),
        verdict="reject" if "reject" in verdicts else "review" if verdicts else "pass",
        lines=[
            ReadLine(text=line.text, box=_corners(line.box) if line.box else None, confidence=_share(line.confidence))
            for line in lines
        ],
        claims=[_entry(claim) for claim in claims],
        missing=[_missing(statement) for statement in missing],
        not_checked=list(FOR_A_PERSON),
        not_checked_zh=[in_language(each, "zh") for each in FOR_A_PERSON],
        note=PRE_CHECK,
        note_zh=in_language(PRE_CHECK, "zh"),
    )


def _entry(claim: Claim) -> ClaimEntry:
    entry = claim.entry
    return ClaimEntry(
        id=entry.id,
        category=entry.category,
        verdict=claim.verdict.value,
        matched=claim.matched,
        context=claim.context,
        is_exact=claim.is_exact,
        confidence=_share(claim.confidence),
        boxes=[_corners(box) for box in claim.boxes],
        basis=entry.basis.en,
        basis_zh=entry.basis.zh,
        suggestion=entry.suggestion.en,
        suggestion_zh=entry.suggestion.zh,
    )


def _missing(statement: Statement) -> MissingStatement:
    return MissingStatement(
        id=statement.id,
        words=statement.words.en,
        words_zh=statement.words.zh,
        basis=statement.basis.en,
        basis_zh=statement.basis.zh,
    )


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom


def _share(value: float) -> float:
    return round(min(1.0, value), 4)
