"""What a set of places looks like, in numbers between about 0 and 1: the evidence that it is the comments."""

from __future__ import annotations

import math
from dataclasses import dataclass

from moderation.extraction.candidates import STATE, Candidate
from moderation.extraction.outline import (
    AUTHOR,
    AVATAR,
    FIELD,
    HEAD,
    LINK,
    PARAGRAPH,
    REPLY,
    TIME,
    Outline,
    name_words,
)

SAMPLE = 60
COMMENT_WORDS = frozenset(
    (
        "comment",
        "comments",
        "cmt",
        "cmnt",
        "cmts",
        "commentary",
        "commentaire",
        "commentaires",
        "comentario",
        "comentarios",
        "commento",
        "commenti",
        "kommentar",
        "kommentare",
        "reactie",
        "reacties",
        "yorum",
        "coment",
        "reply",
        "replies",
        "response",
        "responses",
        "talkback",
        "feedback",
        "disqus",
        "dsq",
        "idc",
        "echo",
        "discussion",
        "message",
        "messages",
        "reaction",
        "reactions",
        "opinion",
        "testo",
        "postbody",
        "posttext",
        "commentlist",
        "commentbody",
        "commenttext",
        "usercomment",
        "usercomments",
        "commentblock",
        "commentitem",
        "commentbox",
        "singlecomment",
        "commentcontent",
        "annotation",
        "utterance",
        "livefyre",
        "fyre",
        "answer",
    )
)
STRONG_WORDS = frozenset(
    w for w in COMMENT_WORDS if "omm" in w or w.startswith(("cm", "kom", "com", "dsq", "disq"))
)
TEXT_WORDS = frozenset(
    (
        "text",
        "content",
        "body",
        "copy",
        "message",
        "txt",
        "entry",
        "quote",
        "author",
        "meta",
        "info",
        "date",
        "header",
        "footer",
        "by",
        "name",
        "avatar",
        "actions",
        "links",
        "tools",
        "vote",
        "votes",
        "head",
        "foot",
    )
)
OTHER_WORDS = frozenset(
    (
        "related",
        "recent",
        "popular",
        "sidebar",
        "widget",
        "nav",
        "navigation",
        "menu",
        "footer",
        "header",
        "tags",
        "tag",
        "cloud",
        "archive",
        "archives",
        "category",
        "categories",
        "share",
        "sharing",
        "social",
        "ad",
        "ads",
        "advert",
        "promo",
        "promoted",
        "sponsored",
        "latest",
        "headlines",
        "headline",
        "links",
        "blogroll",
        "ticker",
        "tweets",
        "tweet",
        "twitter",
        "trackback",
        "trackbacks",
        "pingback",
        "pingbacks",
        "poll",
        "form",
        "respond",
        "commentform",
        "login",
        "gallery",
        "carousel",
        "slideshow",
        "teaser",
        "breadcrumb",
        "feed",
        "rss",
        "video",
        "module",
        "rail",
        "aside",
        "most",
        "top",
        "trending",
        "stories",
        "list",
        "listing",
        "news",
    )
)
ARTICLE_WORDS = frozenset(
    (
        "post",
        "entry",
        "article",
        "story",
        "hentry",
        "blogpost",
        "blog",
        "main",
        "articlebody",
        "storybody",
        "content",
        "container",
        "wrapper",
        "page",
        "body",
    )
)

NAMES = (
    "bias", "many", "two", "one", "time_any", "time_one", "time_crowd", "author_any", "author_one", "author_crowd",
    "avatar", "reply_any", "reply_one", "reply_crowd", "link", "length", "short", "linked", "linked_high",
    "paragraphs", "fields", "strong_name", "weak_name", "part_name", "other_name", "article_name", "strong_above",
    "weak_above", "other_above", "inside_comment", "heading_near", "heading_inside", "count_exact", "count_close",
    "share", "early", "late", "kind_heads", "kind_feet", "kind_siblings", "even_sizes", "evidence", "named_evidence",
    "bare_single", "form_after", "table_tag", "paragraph_tag", "nested", "good_single", "strong_time", "above_time",
    "strong_author", "prose", "weak_evidence", "own_level", "strong_many",
)  # fmt: skip


@dataclass(slots=True)
class Own:
    """Per sampled member, without the members nested in it: counts of hints and sizes."""

    text: list[int]
    linked: list[int]
    hints: list[list[int]]
    nested: int


def own_values(outline: Outline, candidate: Candidate) -> Own:
    members = candidate.members[:SAMPLE]
    kinds = (TIME, AUTHOR, AVATAR, REPLY, LINK, FIELD, PARAGRAPH)
    text = [outline.text(m.start, m.end) for m in members]
    linked = [outline.linked(m.start, m.end) for m in members]
    hints = [[outline.count(k, m.start, m.end) for m in members] for k in kinds]
    stack: list[int] = []
    nested = 0
    for at, member in enumerate(members):
        while stack and members[stack[-1]].end <= member.start:
            stack.pop()
        if stack:
            above = stack[-1]
            nested += 1
            text[above] -= outline.text(member.start, member.end)
            linked[above] -= outline.linked(member.start, member.end)
            for k, kind in enumerate(kinds):
                hints[k][above] -= outline.count(kind, member.start, member.end)
        stack.append(at)
    return Own(text, linked, hints, nested)


def _share(values: list[int], test: int | None = None) -> float:
    return sum(v >= 1 if test is None else v == test for v in values) / len(values)


def features(outline: Outline, candidate: Candidate) -> list[float]:
    """One number for each of ``NAMES``."""
    own = own_values(outline, candidate)
    members = candidate.members
    n, sampled = len(members), len(own.text)
    time, author, avatar, reply, link, field, paragraph = own.hints
    first, last = members[0], members[-1]
    total = max(1, sum(own.text))
    page = max(1, outline.text(0, outline.end[0]))
    middle = sorted(own.text)[sampled // 2]
    words = name_words(candidate.name.split(".", 1)[-1].replace("#", " "))
    if candidate.kind == "siblings":
        words = frozenset()
    above = _above(outline, first.elements[0], candidate)
    strong, weak = bool(words & STRONG_WORDS), bool(words & COMMENT_WORDS)
    strong_up, weak_up = bool(above & STRONG_WORDS), bool(above & COMMENT_WORDS)
    inside = _inside(first.elements[0])
    heads = outline.hints[HEAD]
    before = [p for p in heads if p <= first.start]
    distance = min((outline.text(p, first.start) for p in before[-3:]), default=10**6)
    counts = [c for p, c in outline.counts if c]
    linked = sum(own.linked) / total
    evidence = (_share(time) + _share(author) + max(_share(reply), _share(link), _share(avatar))) / 3
    named = 1.0 if strong else 0.6 if weak or strong_up else 0.3 if weak_up else 0.0
    mean = total / sampled
    spread = math.sqrt(sum((t - mean) ** 2 for t in own.text) / sampled) / max(1.0, mean)
    after = outline.count(FIELD, last.end, last.end + 400)
    values = {
        "bias": 1.0,
        "many": min(1.0, math.log(n) / 4),
        "two": float(n == 2),
        "one": float(n == 1),
        "time_any": _share(time),
        "time_one": _share(time, 1),
        "time_crowd": min(3.0, sum(time) / sampled) / 3,
        "author_any": _share(author),
        "author_one": _share([min(v, 2) for v in author], 1),
        "author_crowd": min(6.0, sum(author) / sampled) / 6,
        "avatar": _share(avatar),
        "reply_any": _share(reply),
        "reply_one": _share(reply, 1),
        "reply_crowd": min(6.0, sum(reply) / sampled) / 6,
        "link": _share(link),
        "length": min(1.0, math.log1p(max(0, middle)) / 8),
        "short": float(middle < 60),
        "linked": min(1.0, linked),
        "linked_high": float(linked > 0.4),
        "paragraphs": min(1.0, sum(paragraph) / sampled / 6),
        "fields": min(1.0, sum(field) / sampled),
        "strong_name": float(strong),
        "weak_name": float(weak),
        "part_name": float(bool(words & TEXT_WORDS)),
        "other_name": float(bool(words & OTHER_WORDS)),
        "article_name": float(bool(words & ARTICLE_WORDS) and not weak),
        "strong_above": float(strong_up),
        "weak_above": float(weak_up),
        "other_above": min(1.0, len(above & OTHER_WORDS) / 2),
        "inside_comment": float(inside),
        "heading_near": 1.0 if distance < 60 else 0.6 if distance < 250 else 0.0,
        "heading_inside": float(outline.count(HEAD, first.start, first.end) > 0),
        "count_exact": float(n in counts),
        "count_close": float(any(0.7 <= n / c <= 1.4 for c in counts)),
        "share": total / page,
        "early": float(first.start / max(1, outline.end[0]) < 0.15),
        "late": first.start / max(1, outline.end[0]),
        "kind_heads": float(candidate.kind == "heads"),
        "kind_feet": float(candidate.kind == "feet"),
        "kind_siblings": float(candidate.kind == "siblings"),
        "even_sizes": float(spread < 0.25),
        "evidence": evidence,
        "named_evidence": evidence * named,
        "bare_single": float(n == 1) * (1 - evidence),
        "form_after": float(after > 0),
        "table_tag": float(candidate.name.startswith(("tr", "td", "table", "tbody"))),
        "paragraph_tag": float(candidate.name.split(".")[0] in ("p", "span", "dt", "a")),
        "nested": own.nested / sampled,
        "good_single": float(n == 1 and strong) * evidence,
        "strong_time": float(strong) * _share(time),
        "above_time": float(strong_up and not strong) * _share(time),
        "strong_author": float(strong or strong_up) * _share(author),
        "prose": sum(t - k >= 50 for t, k in zip(own.text, own.linked, strict=True)) / sampled,
        "weak_evidence": evidence * (1.0 - named),
        "own_level": _share(time, 1) * _share(author) * float(n > 1),
        "strong_many": float(strong or strong_up) * min(1.0, math.log(n) / 4),
    }
    return [values[name] for name in NAMES]


def _above(outline: Outline, element: object, candidate: Candidate) -> frozenset[str]:
    """Words in the names of the boxes around, nearest six, page wrappers left out."""
    words: set[str] = set()
    node = element.getparent()  # type: ignore[attr-defined]
    for _ in range(6):
        if node is None or node.tag in ("body", "html"):
            break
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if names != " ":
            words |= name_words(names)
        node = node.getparent()
    return frozenset(words - STATE)


def _inside(element: object) -> bool:
    """True inside a box that is itself called a comment: then this is a part of one."""
    node = element.getparent()  # type: ignore[attr-defined]
    for _ in range(3):
        if node is None:
            return False
        names = name_words(f"{node.get('class') or ''}")
        if "comment" in names:
            return True
        node = node.getparent()
    return False
