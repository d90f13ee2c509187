"""What one line of a page's text is: a heading over comments, an attribution, a button row, an ending, prose."""

from __future__ import annotations

import re
from functools import lru_cache

from moderation.extraction import phrases
from moderation.extraction.times import find_time, tells_day

_LETTERS = re.compile(r"[^\W\d_]+")
#: The same for lines in lower case that are all ASCII, many times as fast: no table of Unicode is asked.
_ASCII_LETTERS = re.compile("[a-z]+")
#: How words begin, by no more letters than the tables of openings have.
_OPENINGS = re.compile(r"([^\W\d_]{1,3})[^\W\d_]*")
_ASCII_OPENINGS = re.compile("([a-z]{1,3})[a-z]*")
_EDGES = re.compile(r"^\W+|\W+$|\W*\(?[+\-−]?\d{1,5}\)?\W*$")
#: One of these is in every line that has parts; so may be " - " or "  ".
_PARTING = frozenset("|·•‧∙◦»«/–—,").union(map(chr, filter(lambda c: chr(c).isspace(), range(0x3001)))) - {
    " "
}
_SPLIT = re.compile(r"\s*[|·•‧∙◦»«/–—]\s*|\s{2,}|\t|, | - ")


def split_phrases(alternatives: str) -> tuple[frozenset[str], list[str]]:
    """Alternatives at the top level of a pattern: the plain ones as a set (a look-up), the others as patterns."""
    plain, patterns, depth, part = set(), [], 0, ""
    for letter in alternatives + "|":
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            if re.search(r"[\\()\[\]?*+.{}^$]", part):
                patterns.append(part)
            elif part:
                plain.add(part)
            part = ""
        else:
            part += letter
    return frozenset(plain), patterns


def _openings(alternatives: str) -> frozenset[str]:
    """How the plain letters in front of each alternative begin: at most three letters."""
    found = (re.match(r"[^\W\d_]{1,3}(?![?*])", part) for part in alternatives.split("|"))
    return frozenset(match[0].lower() for match in found if match)


_NOUNS = "|".join(phrases.COMMENT_NOUNS.values())
_NUM = r"(?P<{0}>\d[\d.,]{{0,8}}|no|one|two|three|four|five|six|seven|eight|nine|ten|ein|eine|un|une|один)"
HEADING = re.compile(
    rf"^\W{{0,3}}(?:all |the |latest |top |view |read |see |showing )?(?:{_NUM.format('a')}\s*(?:件の|条|則|개의|개)?\s*)?"
    rf"(?:{_NOUNS})\b\s*(?:[(\[:#–-]*\s*(?P<b>\d[\d.,]{{0,8}})\s*(?:total|件|条)?\s*[)\]]*)?"
    r"(?:\s*(?:\.\.\.|…))?\W{0,4}"
    r"(?P<rest>(?:so far|to date|total|on|to|for|about|zu|à|sur|sobre|a|su|op|till|til|do|k|к|на|auf|en|"
    r"σε|στο|để|tentang|"
    r"about this (?:story|post|article))\b.{0,200})?$",
    re.IGNORECASE,
)
_COUNTABLE = (
    "comments?|responses?|replies|reply|thoughts?|reactions?|kommentare?|antworten|commentaires?|réponses?|comentarios?|"
    "respuestas?|commenti|commento|risposte|comentários?|respostas?|reacties|reactie|kommentarer|komentarzy?|komentář[eů]?|"
    "комментари(?:й|я|ев)|yorum|komentar"
)
_SAYS = "|".join(phrases.SAYS.values())
_VERB_OPENINGS = _openings(_SAYS)
_SHORT_VERBS = tuple(opening for opening in _VERB_OPENINGS if len(opening) < 3)
_UNSPACED_VERB = re.compile("より|さん|说|說|님의")
_BY = "|".join(sorted(map(re.escape, phrases.BY), key=len, reverse=True))
#: "Name says:", "Name said on Monday:"; without the colon it could be any sentence.
SAYS = re.compile(
    rf"^(?P<name>.{{1,120}}?),?\s+(?:{_SAYS})\s*(?P<when>.{{0,60}}?)\s*(?::|\.\.\.|…|：)\s*$", re.IGNORECASE
)
#: What an attribution without a time ends with.
_COLONS = (":", "...", "…", "：")
#: "Name says" and nothing else counts with a time in the line.
SAYS_BARE = re.compile(rf"^(?P<name>.{{1,120}}?),?\s+(?:{_SAYS})\s*(?P<when>.{{0,60}}?)\W*$", re.IGNORECASE)
SAYS_CJK = re.compile(
    r"^(?P<name>.{1,40}?)\s*(?:より|さん|说道|说|說道|說|님의 말)\s*(?P<when>.{0,60}?)\s*[:：]\s*$"
)
POSTED_BY = re.compile(rf"^\W{{0,3}}(?:{_BY})\s*:?\s+(?P<name>.{{1,100}})$", re.IGNORECASE)
_PLAIN_ACTIONS, _ACTION_PATTERNS = split_phrases("|".join(phrases.ACTIONS.values()))
_PLAIN_CHROME, _CHROME_PATTERNS = split_phrases("|".join(phrases.CHROME))
_COUNTED_ACTIONS = "votes?|likes?|replies|points?|recommendations?|people like this"
_ACTION = re.compile(
    rf"^\W*(?:{'|'.join(_ACTION_PATTERNS)}|(?:\d+\s*)?(?:{_COUNTED_ACTIONS})"
    r"|[+\-−]?\d{1,5}|\(\d{1,5}\)|#\d{1,6}|№\s*\d+)\W*(?:\(?[+\-−]?\d{1,5}\)?)?\W*$",
    re.IGNORECASE,
)
#: How the first word of every button begins.
_ACTION_OPENINGS = _openings("|".join((*_ACTION_PATTERNS, _COUNTED_ACTIONS))).union(
    found[0][:3] for words in _PLAIN_ACTIONS if (found := _LETTERS.search(words.lower()))
)
_END = re.compile(rf"^\W{{0,4}}(?:{'|'.join(phrases.ENDS.values())})", re.IGNORECASE)
_CHROME = re.compile(rf"^\W{{0,3}}(?:{'|'.join(_CHROME_PATTERNS)})\W{{0,3}}$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？؟।:;][\"'”’»)\]]*\s*$")
_WORD = re.compile(r"[^\W_]+")
_NUMBER_WORDS = {
    "no": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "ein": 1,
    "eine": 1,
    "un": 1,
    "une": 1,
    "один": 1,
}
LONG = 80


#: A number, at most one other word, the noun, and whatever the theme adds ("2 Comments Leave a comment").
_COUNTED = re.compile(
    rf"^\W{{0,3}}(?:there (?:are|is) |showing )?(?P<n>\d[\d.,]{{0,8}}|no|one|two|three)\s+"
    rf"(?:[^\W\d]+\s+)?(?:{_COUNTABLE})(?!\w)"
    r".{0,90}$",
    re.IGNORECASE,
)


_NOUN_OPENINGS = _openings(f"{_NOUNS}|{_COUNTABLE}")
#: All of them in scripts other than ours.
_SHORT_OPENINGS = tuple(opening for opening in _NOUN_OPENINGS if len(opening) < 3)
#: Scripts that put no spaces between words; there a noun may begin anywhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def may_be(line: str) -> tuple[bool, bool, bool]:
    """Whether a line may be (a heading, a button, an attribution), by how its words begin: most lines are nothing
    of it, and this tells so in a fraction of the time.
    """
    ascii_only, low = line.isascii(), line.lower()
    openings = _ASCII_OPENINGS.findall(low) if ascii_only else _OPENINGS.findall(low)
    # The first word of a button is one of few; without words it may be a counter.
    action = not openings or _opens_action(openings[0])
    head, says = not _NOUN_OPENINGS.isdisjoint(openings), not _VERB_OPENINGS.isdisjoint(openings)
    if not ascii_only:
        head = (
            head or any(word.startswith(_SHORT_OPENINGS) for word in openings) or bool(_UNSPACED.search(line))
        )
        says = (
            says
            or any(word.startswith(_SHORT_VERBS) for word in openings)
            or bool(_UNSPACED_VERB.search(line))
        )
    return head, action, says


def heading(line: str) -> tuple[bool, int | None]:
    """(is it a heading over comments, the count it declares)."""
    if len(line) > 160 or not may_be(line)[0]:
        return False, None
    return heading_words(line)


def heading_words(line: str) -> tuple[bool, int | None]:
    """``heading`` for a line that may be one."""
    if not (found := HEADING.match(line)):
        counted = _COUNTED.match(line)
        if not counted:
            return False, None
        digits = re.sub(r"\D", "", counted["n"])
        return True, int(digits) if digits else _NUMBER_WORDS[counted["n"].lower()]
    words = found["a"] or found["b"]
    if words is None:
        return not found["rest"] and len(line) < 40 and not is_action(line), None
    if words.lower() in _NUMBER_WORDS:
        return True, _NUMBER_WORDS[words.lower()]
    digits = re.sub(r"\D", "", words)
    return True, int(digits) if digits else None


@lru_cache(maxsize=4096)
def is_action(line: str) -> bool:
    """Every part of the line is a button or a counter."""
    if not line or len(line) > 160:
        return False
    # Every part must be one, so the first words decide.
    if (letters := _LETTERS.search(line.lower())) and not _opens_action(letters[0]):
        return False
    if _one_action(line):
        return True
    if _PARTING.isdisjoint(line) and "  " not in line and " - " not in line:
        return False
    parts = [p for p in _SPLIT.split(line) if p.strip(" ()[]")]
    return len(parts) > 1 and all(map(_one_action, parts))


def _opens_action(word: str) -> bool:
    return word[:3] in _ACTION_OPENINGS or word[:2] in _ACTION_OPENINGS


def _one_action(words: str) -> bool:
    low = words.lower()
    letters = _LETTERS.search(low)
    if letters and not _opens_action(letters[0]):
        return False
    # Letters at both ends: nothing to take off.
    bare = low if low[0].isalnum() and low[-1].isalpha() else _EDGES.sub("", low)
    return bare in _PLAIN_ACTIONS or (len(words) <= 60 and bool(_ACTION.match(words)))


def is_end(line: str) -> bool:
    return len(line) <= 140 and bool(_END.match(line))


def is_chrome(line: str) -> bool:
    if len(line) > 80:
        return False
    return _EDGES.sub("", line.lower()) in _PLAIN_CHROME or bool(_CHROME.match(line))


def is_prose(line: str) -> bool:
    """A sentence or more: ends like one, or is simply long."""
    return (len(line) >= LONG) or (len(line) >= 40 and bool(_SENTENCE_END.search(line)))


def ends_sentence(line: str) -> bool:
    return bool(_SENTENCE_END.search(line))


def words(line: str) -> int:
    return len(_WORD.findall(line))


def strip_name(text: str) -> str:
    """A name out of an attribution's rest: without numbers in front, times, and loose punctuation."""
    while (span := find_time(text)) is not None:
        text = text[: span[0]] + " | " + text[span[1] :]
    parts = re.split(r"\s*\|\s*", text)
    cleaned = []
    for part in parts:
        part = re.sub(
            r"^(?:\W*(?:on|at|am|le|el|il|um|à|@|the|posted|comment(?:ed)?)\b)+", "", part.strip(), flags=re.I
        )
        part = re.sub(
            r"(?:\b(?:on|at|am|le|el|um|the|said|says|posted|est|edt|pst|pdt|gmt|utc|am|pm)\W*)+$",
            "",
            part,
            flags=re.I,
        )
        part = re.sub(r"^\W*#?\d{1,5}[.):#]?\s+", "", part) if re.search(r"[^\W\d]", part) else ""
        part = part.strip(' \t,;:-–—/•·()[]#@"“”')
        if part and not is_action(part):
            cleaned.append(part)
    cleaned = [c for c in cleaned if c.lower() not in phrases.NO_NAMES]
    return max(cleaned[:2], key=lambda p: bool(re.search(r"[^\W\d]", p)), default="")


@lru_cache(maxsize=8192)
def attribution(line: str) -> tuple[str, str | None] | None:
    """(name, time words) when the line says who wrote: with a colon at its end, or with a time in it."""
    if len(line) > 200:
        return None
    span = find_time(line)
    if span is None and not line.rstrip().endswith(_COLONS):
        return None
    patterns = [POSTED_BY] if span else []
    if may_be(line)[2]:
        patterns = [SAYS, SAYS_CJK, SAYS_BARE, POSTED_BY] if span else [SAYS, SAYS_CJK]
    for pattern in patterns:
        if found := pattern.match(line):
            name = strip_name(found["name"])
            if name and words(name) <= 8 and len(name) <= 60:
                return name, line[span[0] : span[1]] if span else None
    return None


def time_line(line: str) -> tuple[str, str] | None:
    """(what is left of the line, time words) for a short line that carries a time and little else."""
    if len(line) > 120:
        return None
    span = find_time(line)
    if span is None:
        return None
    # "yesterday" on a line of its own is a comment's date; in a sentence it is only a word.
    alone = line.strip() == line[span[0] : span[1]] and line.strip().isalpha()
    if not alone and not tells_day(line[span[0] : span[1]]):
        return None
    rest = line[: span[0]] + " | " + line[span[1] :]
    if words(rest) > 9 or (ends_sentence(line[span[1] :].strip()) and words(line[span[1] :]) > 3):
        return None
    return strip_name(line), line[span[0] : span[1]]
