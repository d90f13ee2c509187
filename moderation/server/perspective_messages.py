"""The Perspective API's requests and answers: what they mean here, apart from how they travel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moderation.server import proto
from moderation.server.errors import ApiError
from moderation.server.marked_up import Readable, readable
from moderation.server.utf16 import Utf16
from moderation.types import Score

MAX_TEXT_BYTES = 20_480
_TEXT_TYPES = ("TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML")
_SCORE_TYPES = ("SCORE_TYPE_UNSPECIFIED", "PROBABILITY")

#: Names under which the API offered the same judgement; OBSCENE was PROFANITY's name on the New York Times'
#: scale.
_SYNONYMS = {"OBSCENE": "profanity"}
_MAX_LISTED = 64


@dataclass(frozen=True, slots=True)
class CommentText:
    """The comment as sent and as read. ``author`` is an extension: the person who can ask to be forgotten."""

    sent: str
    text: str
    author: str | None
    markup: Readable | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets of the text that was read, as offsets of the text that was sent."""
        return (start, end) if self.markup is None else self.markup.source_span(start, end)

    def read_span(self, start: int, end: int) -> tuple[int, int]:
        """The other way round; empty when the markup between ``start`` and ``end`` shows nothing."""
        return (start, end) if self.markup is None else self.markup.text_span(start, end)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requested attribute: the name to answer under, our attribute, and the least score to report."""

    name: str
    attribute: str
    threshold: float | None


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    comment: CommentText
    wanted: tuple[Wanted, ...]
    languages: tuple[str, ...]
    span_annotations: bool
    drop_unsupported: bool
    client_token: str
    community: str | None


@dataclass(frozen=True, slots=True)
class SuggestRequest:
    """``scores`` and ``spans`` are by our names; spans are (start, end, value), offsets of the text."""

    comment: CommentText
    scores: Mapping[str, float]
    spans: Mapping[str, tuple[tuple[int, int, float], ...]]
    languages: tuple[str, ...]
    client_token: str
    community: str | None
    do_not_store: bool


def attribute_of(name: str, supported: Iterable[str]) -> str | None:
    """Our attribute for one of the API's names, ``_EXPERIMENTAL`` or not; None for what is not judged."""
    if name != name.upper():
        return None
    plain = name.removesuffix("_EXPERIMENTAL")
    attribute = _SYNONYMS.get(plain, plain.lower())
    return attribute if attribute in supported else None


def parse_analyze(body: Mapping[str, Any], supported: Iterable[str]) -> AnalyzeRequest:
    """Raises ApiError 400 with the API's own messages and error types."""
    supported = tuple(supported)
    comment = _comment(body)
    _check_context(body)
    drop = proto.flag(body, "dropUnsupportedAttributes")
    requested = proto.table(body, "requestedAttributes")
    if not requested:
        raise ApiError(400, "Missing requested_attributes", error_type="NO_REQUESTED_ATTRIBUTES")
    wanted = []
    for name, how in requested.items():
        attribute = attribute_of(name, supported)
        if attribute is None:
            if drop:
                continue
            raise ApiError(400, f"Unknown requested attribute: {name[:_MAX_LISTED]}")
        where = f"requestedAttributes.{name}"
        how = proto.table(requested, name, "requestedAttributes.")
        _check_score_type(how, name, where)
        wanted.append(Wanted(name, attribute, proto.number(how, "scoreThreshold", where + ".")))
    proto.flag(
        body, "doNotStore"
    )  # no text is stored here in any case; a value that is no flag is still refused
    proto.text(body, "sessionId")
    return AnalyzeRequest(
        comment=comment,
        wanted=tuple(wanted),
        languages=proto.texts(body, "languages"),
        span_annotations=proto.flag(body, "spanAnnotations"),
        drop_unsupported=drop,
        client_token=proto.text(body, "clientToken"),
        community=proto.text(body, "communityId") or None,
    )


def parse_suggest(body: Mapping[str, Any], supported: Iterable[str]) -> SuggestRequest:
    """Raises ApiError 400 with the API's own messages and error types."""
    supported = tuple(supported)
    comment = _comment(body)
    _check_context(body)
    given = proto.table(body, "attributeScores")
    if not given:
        raise ApiError(400, "Missing attribute_scores")
    units = Utf16(comment.sent)
    scores: dict[str, float] = {}
    spans: dict[str, tuple[tuple[int, int, float], ...]] = {}
    for name in given:
        attribute = attribute_of(name, supported)
        if attribute is None:
            raise ApiError(400, f"Unknown attribute: {name[:_MAX_LISTED]}")
        where = f"attributeScores.{name}."
        entry = proto.table(given, name, "attributeScores.")
        summary = proto.table(entry, "summaryScore", where)
        marked = tuple(_spans(entry, name, where, comment, units))
        if not summary and not marked:
            raise ApiError(400, f"Attribute {name} has neither summary_score nor span_scores")
        if summary:
            scores[attribute] = _value(summary, name, where + "summaryScore")
        else:
            scores[attribute] = max(value for _, _, value in marked)
        if marked:
            spans[attribute] = marked
    return SuggestRequest(
        comment=comment,
        scores=scores,
        spans=spans,
        languages=proto.texts(body, "languages"),
        client_token=proto.text(body, "clientToken"),
        community=proto.text(body, "communityId") or None,
        do_not_store=proto.flag(body, "doNotStore"),
    )


def analyze_answer(request: AnalyzeRequest, score: Score, languages: Iterable[str]) -> dict[str, Any]:
    """The answer to a request whose text was scored; ``languages`` is what the text was taken to be in."""
    assert score.scores is not None
    units = Utf16(request.comment.sent)
    scores: dict[str, Any] = {}
    for wanted in request.wanted:
        value = score.scores.get(wanted.attribute)  # None: the model was swapped while the text waited
        if value is None or (wanted.threshold is not None and value < wanted.threshold):
            continue
        spans = _spans_of(request, wanted.attribute, score, value, units) if request.span_annotations else []
        scores[wanted.name] = {
            # A whole-text span where the model points at no words: clients read the first one unasked.
            "spanScores": spans or [_span_score(units, 0, len(request.comment.sent), value)],
            "summaryScore": _probability(value),
        }
    answer: dict[str, Any] = {
        "attributeScores": scores,
        "languages": list(request.languages or languages),
        "detectedLanguages": [score.language] if score.language else list(languages),
    }
    if request.client_token:
        answer["clientToken"] = request.client_token
    return answer


def _spans_of(
    request: AnalyzeRequest, attribute: str, score: Score, value: float, units: Utf16
) -> list[dict[str, Any]]:
    """The words that make the score: the attribute's own, or the toxic ones where the model does
    not tell apart.
    """
    spans = [span for span in score.spans if span.start < span.end]
    own = [span for span in spans if span.attribute == attribute]
    others = [span for span in spans if span.attribute == "toxicity"]
    return [
        # Toxic words are no surer a threat than the whole text is.
        _span_score(
            units,
            *request.comment.span(span.start, span.end),
            min(span.score, value) if not own else span.score,
        )
        for span in own or others
    ]


def empty_answer(request: AnalyzeRequest, languages: Iterable[str]) -> dict[str, Any]:
    """The answer when every requested attribute was dropped."""
    answer: dict[str, Any] = {"attributeScores": {}, "languages": list(request.languages or languages)}
    answer["detectedLanguages"] = list(languages)
    if request.client_token:
        answer["clientToken"] = request.client_token
    return answer


def language_error(name: str, languages: Iterable[str], *, detected: bool) -> ApiError:
    """The refusal that clients know by the words "does not support request languages"."""
    listed = [language[:_MAX_LISTED] for language in languages][:_MAX_LISTED]
    key = "detectedLanguages" if detected else "requestedLanguages"
    return ApiError(
        400,
        f"Attribute {name} does not support request languages: {', '.join(listed)}",
        error_type="LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        detail={"languageNotSupportedByAttributeError": {"attribute": name, key: listed}},
    )


def detection_error() -> ApiError:
    return ApiError(400, "Unable to detect language", error_type="LANGUAGE_DETECTION_FAILED")


def empty_error() -> ApiError:
    return ApiError(400, "Comment must be non-empty.", error_type="COMMENT_EMPTY")


def _comment(body: Mapping[str, Any]) -> CommentText:
    comment = proto.table(body, "comment")
    sent = proto.text(comment, "text", "comment.")
    kind = proto.enum(comment, "type", _TEXT_TYPES, "comment.")
    if not sent.strip():
        raise empty_error()
    if len(sent) > MAX_TEXT_BYTES or len(sent.encode("utf-8")) > MAX_TEXT_BYTES:
        raise ApiError(400, "Comment text too long.", error_type="COMMENT_TOO_LONG")
    if kind not in (None, *_TEXT_TYPES):
        raise ApiError(400, "Unknown text type")
    author = proto.text(comment, "author", "comment.") or None
    if kind != "HTML":
        return CommentText(sent, sent, author, None)
    markup = readable(sent)
    if not markup.text.strip():
        raise empty_error()
    return CommentText(sent, markup.text, author, markup)


def _check_context(body: Mapping[str, Any]) -> None:
    """The context is accepted and checked; the model judges a comment by its own words."""
    context = proto.table(body, "context")
    entries = proto.items(context, "entries", "context.")
    story = proto.table(context, "articleAndParentComment", "context.")
    if entries and story:
        raise ApiError(
            400, "Only one of context.entries and context.article_and_parent_comment may be populated"
        )
    for number, entry in enumerate(entries):
        where = f"context.entries[{number}]"
        if not isinstance(entry, dict):
            raise ApiError(400, f"Invalid value at '{where}': it must be an object.")
        _check_text_entry(entry, where + ".")
    for name in ("article", "parentComment"):
        where = f"context.articleAndParentComment.{name}."
        _check_text_entry(proto.table(story, name, "context.articleAndParentComment."), where)


def _check_text_entry(entry: Mapping[str, Any], where: str) -> None:
    proto.text(entry, "text", where)
    if proto.enum(entry, "type", _TEXT_TYPES, where) not in (None, *_TEXT_TYPES):
        raise ApiError(400, "Unknown text type")


def _check_score_type(parent: Mapping[str, Any], name: str, where: str, field: str = "scoreType") -> None:
    kind = proto.enum(parent, field, _SCORE_TYPES, where + ".")
    if kind not in (None, *_SCORE_TYPES):
        shown = kind[:_MAX_LISTED]
        raise ApiError(400, f"Requested score type {shown} is not supported by attribute {name}")


def _value(score: Mapping[str, Any], name: str, where: str) -> float:
    _check_score_type(score, name, where, "type")
    value = proto.number(score, "value", where + ".")
    if value is None:
        value = 0.0  # proto3 leaves a zero out
    if not 0 <= value <= 1:
        raise ApiError(400, f"Invalid value at '{where}.value': it must be from 0 to 1.")
    return value


def _spans(
    entry: Mapping[str, Any], name: str, where: str, comment: CommentText, units: Utf16
) -> Iterable[tuple[int, int, float]]:
    for number, span in enumerate(proto.items(entry, "spanScores", where)):
        spot = f"{where}spanScores[{number}]"
        if not isinstance(span, dict):
            raise ApiError(400, f"Invalid value at '{spot}': it must be an object.")
        begin = proto.number(span, "begin", spot + ".") or 0
        end = proto.number(span, "end", spot + ".")
        end = units.length if end is None else end
        if not 0 <= begin <= end <= units.length or begin != int(begin) or end != int(end):
            raise ApiError(400, f"Invalid value at '{spot}': begin and end must lie within the comment.")
        value = _value(proto.table(span, "score", spot + "."), name, spot + ".score")
        start, stop = comment.read_span(units.to_python(int(begin)), units.to_python(int(end)))
        yield start, stop, value


def _span_score(units: Utf16, start: int, end: int, value: float) -> dict[str, Any]:
    return {"begin": units.from_python(start), "end": units.from_python(end), "score": _probability(value)}


def _probability(value: float) -> dict[str, Any]:
    return {"value": round(float(value), 8), "type": "PROBABILITY"}
