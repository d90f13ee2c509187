"""Is this text clearly in a language the model was not trained on?

Not a language identifier for its own sake: the one question is whether a score would be invented. Scripts decide
where they can; Latin-script languages are told by their commonest function words (``languages.json``). A text too
short or too mixed to tell is ``None``, and counts as English.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

#: What a text counts as when nothing can be told.
COUNTS_AS = "en"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LATIN = ("LATIN", "FULLWIDTH", "MATHEMATICAL")
_URL = re.compile(r"https?://\S+|www\.\S+|[@#]\w+")


@lru_cache(maxsize=1)
def _data() -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    raw = json.loads((files("moderation.scoring") / "languages.json").read_text(encoding="utf-8"))
    return {k: frozenset(v.split()) for k, v in raw["function_words"].items()}, raw["scripts"]


def detect(text: str) -> str | None:
    """A BCP 47 code ("en", "de", "und-Cyrl" where only the script is certain), or None when it cannot be told."""
    sample = _URL.sub(" ", text[:4000])
    if not sample.isascii():
        letters = [c for c in sample if c.isalpha()]
        foreign = [c for c in letters if ord(c) > 0x24F and not unicodedata.name(c, "").startswith(_LATIN)]
        if len(foreign) >= 2 and len(foreign) * 2 > len(letters):
            return _by_script(foreign)
    return _by_words([w.lower().replace("’", "'") for w in _WORD.findall(sample)])


def _by_script(letters: list[str]) -> str | None:
    _, scripts = _data()
    counts: dict[str, int] = {}
    for c in letters:
        first = unicodedata.name(c, "?").split()[0]
        counts[first] = counts.get(first, 0) + 1
    if counts.get("HIRAGANA", 0) + counts.get("KATAKANA", 0) > 0:
        return "ja"
    script = max(counts, key=lambda k: counts[k])
    if script == "CYRILLIC":
        joined = "".join(letters).lower()
        if any(c in joined for c in "іїєґ"):
            return "uk"
        if any(c in joined for c in "ыэъё"):
            return "ru"
    return scripts.get(script)


def _by_words(words: list[str]) -> str | None:
    if len(words) < 4:
        return None
    table, _ = _data()
    english = table[COUNTS_AS]
    # Letters that stand alone are mostly a word spelled out; what is English too ("in", "was") speaks for no language.
    telling = [w for w in words if (len(w) > 1 or not w.isascii()) and w not in english]
    hits = {code: [w for w in telling if w in known] for code, known in table.items() if code != COUNTS_AS}
    best = max(hits, key=lambda k: (len(hits[k]), len(set(hits[k]))))
    count, different = len(hits[best]), len(set(hits[best]))
    common = sum(w in english for w in words)
    rivals = sum(w in english and w not in table[best] for w in words)
    # Four hits, three of them different words: "le", "de" and "la" alone may be a name.
    if count >= 4 and different >= 3 and count > 2 * rivals and count * 5 >= len(words):
        return best
    # Fewer will do where nothing is English alone.
    if not rivals and count >= 3 and different >= 2 and count * 4 >= len(words):
        return best
    return COUNTS_AS if common * 4 >= len(words) or (common * 8 >= len(words) and common > count) else None
