"""Requests and answers of our own protocols, as pydantic models: checked on the way in, described
in OpenAPI.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.server.errors import ApiError


class Request(BaseModel):
    """Unknown fields are refused by name: a misspelled option that does nothing is worse than an error."""

    model_config = ConfigDict(extra="forbid")


class CommentIn(Request):
    text: str = Field(description="The comment, quoted words included")
    id: str | None = Field(None, description="Comes back as comment_id")
    author: str | None = Field(None, description="The author's name; it is scored too")
    quotes: list[tuple[int, int]] = Field(
        default_factory=list, max_length=1000, description="Offsets of quoted words, which do not count"
    )


class ScoreOne(CommentIn):
    community: str | None = Field(None, description="The community whose policy decides")


class ScoreMany(Request):
    comments: list[CommentIn] = Field(description="Comments to score; answered in the same order")
    community: str | None = Field(None, description="The community whose policy decides")


class PageIn(Request):
    html: str = Field(description="The page, as HTML or plain text; nothing is fetched")
    url: str | None = Field(None, description="Where the page comes from, for links and permalinks")


class PageToScan(PageIn):
    community: str | None = Field(None, description="The community whose policy decides")


class SpanOut(BaseModel):
    start: int
    end: int
    attribute: str
    score: float


class ReasonOut(BaseModel):
    attribute: str
    score: float
    threshold: float


class ScoreOut(BaseModel):
    """Offsets are Unicode code points. ``scores`` is null exactly when ``error`` says why."""

    comment_id: str | None
    scores: dict[str, float] | None
    author_scores: dict[str, float] | None
    spans: list[SpanOut]
    targets: dict[str, float] | None
    language: str | None
    model: str | None
    error: str | None
    decision: Literal["approve", "review", "reject"]
    reasons: list[ReasonOut]


class ScoresOut(BaseModel):
    results: list[ScoreOut]


class ExtractedComment(BaseModel):
    id: str
    parent_id: str | None
    author: str | None
    text: str


class PageOut(BaseModel):
    source: str
    url: str | None
    title: str | None
    platform: str | None
    body: str
    declared_count: int | None
    warnings: list[str]
    comments: list[ExtractedComment]


class ScannedComment(ScoreOut):
    parent_id: str | None
    author: str | None
    time: str | None
    text: str


class ScanOut(BaseModel):
    url: str | None
    title: str | None
    platform: str | None
    declared_count: int | None
    warnings: list[str]
    results: list[ScannedComment]


class ModelOut(BaseModel):
    """``thresholds`` are the model's own; ``policy`` is what decides for the community asked for."""

    model: str
    attributes: list[str]
    languages: list[str]
    thresholds: dict[str, Any]
    policy: dict[str, Any]


class TextPart(BaseModel):
    type: Literal["text"]
    text: str


class ModerationRequest(BaseModel):
    input: str | list[str] | list[TextPart]
    model: str | None = None


class ModerationResult(BaseModel):
    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[str]]


class ModerationResponse(BaseModel):
    id: str
    model: str
    results: list[ModerationResult]


class CoralComment(BaseModel):
    body: str
    parentID: str | None = None


class CoralRequest(BaseModel):
    action: Literal["NEW", "EDIT"]
    comment: CoralComment
    tenantID: str | None = None


class CoralAction(BaseModel):
    actionType: Literal["FLAG"]
    reason: Literal["COMMENT_DETECTED_TOXIC"]


class CoralResponse(BaseModel):
    status: Literal["PREMOD", "REJECTED", "SYSTEM_WITHHELD"] | None = None
    actions: list[CoralAction] = Field(default_factory=list)


class ReloadRequest(Request):
    model: str | None = Field(
        None, description="Another model's directory or name; absent: the same one again"
    )


class ReloadResponse(BaseModel):
    model: str


class Health(BaseModel):
    status: str


DOCUMENTED: tuple[type[BaseModel], ...] = (
    ScoreOne,
    ScoreMany,
    ScoresOut,
    PageIn,
    PageToScan,
    PageOut,
    ScanOut,
    ModelOut,
    ModerationRequest,
    ModerationResponse,
    CoralRequest,
    CoralResponse,
    ReloadRequest,
    ReloadResponse,
    Health,
)


Shape = TypeVar("Shape", bound=BaseModel)


def parse(shape: type[Shape], body: dict[str, Any]) -> Shape:
    """``body`` as a ``shape``. Raises ApiError 400 naming the first field that is wrong, never its value."""
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:200]
        raise ApiError(400, f"Invalid value at '{where}': {first['msg']}.", param=where) from None
