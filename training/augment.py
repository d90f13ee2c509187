"""What trolls and keyboards do to a text, applied at random while training.

Every change keeps the label, and how many words are changed does not depend on the text: were offensive words changed
oftener, odd word pieces would come mostly with offences, and every odd name would look like one.
"""

from __future__ import annotations

import random
import re
import string

from moderation.scoring.normalise import lexicon

_LEET = {"a": "@4", "e": "3", "i": "1!", "o": "0", "s": "$5", "t": "7", "b": "8", "l": "1"}
_LOOKALIKE = {v.lower(): k for k, v in sorted(lexicon().homoglyphs.items()) if len(v) == 1}
WORD = re.compile(r"[A-Za-z]{3,}")
_PUNCTUATION = re.compile(r"[^\w\s]")


def _leet(word: str, rng: random.Random) -> str:
    return "".join(
        rng.choice(_LEET[c.lower()]) if c.lower() in _LEET and rng.random() < 0.6 else c for c in word
    )


def _mask(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, max(2, len(word) - 1))
    return word[:at] + rng.choice("*#-_.") + word[at + 1 :]


def _homoglyph(word: str, rng: random.Random) -> str:
    return "".join(_LOOKALIKE.get(c, c) if rng.random() < 0.5 else c for c in word)


def _spaced(word: str, rng: random.Random) -> str:
    return rng.choice((" ", ".", "-")).join(word)


def _stretched(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randrange(2, 6) + word[at + 1 :]


def _swapped(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _split(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word))
    return f"{word[:at]} {word[at:]}"


def _merged(word: str, rng: random.Random) -> str:
    return rng.choice(("trump", "super", "euro", "demo", "mega", "hill", "brit", "bro")) + word


#: Ways to disguise a word of three letters or more: word and randomness → other spelling.
CHANGES = (
    _leet,
    _leet,
    _mask,
    _mask,
    _homoglyph,
    _spaced,
    _stretched,
    _swapped,
    _swapped,
    _dropped,
    _dropped,
    _split,
    _merged,
)


def disguise(text: str, rng: random.Random) -> str:
    """Disguises one to three words: the offensive ones first if there are any, else any."""
    found = list(WORD.finditer(text))
    rng.shuffle(found)
    found.sort(key=lambda m: m.group().lower() not in lexicon().words)
    parts, end = [], 0
    for match in sorted(found[: rng.randrange(1, 4)], key=lambda m: m.start()):
        parts += [text[end : match.start()], rng.choice(CHANGES)(match.group(), rng)]
        end = match.end()
    return "".join(parts) + text[end:]


def augment(text: str, rng: random.Random) -> str:
    """One random variant of a text, often the text itself."""
    roll = rng.random()
    if roll < 0.12:
        text = disguise(text, rng)
    elif roll < 0.3:
        # A third of two sources came without punctuation, mostly toxic rows: make that common everywhere.
        text = " ".join(_PUNCTUATION.sub(" ", text).split())
    elif roll < 0.33:
        text = text.translate(str.maketrans("", "", "'’")) + rng.choice(("", "!", "!!!", "...", " lol"))
    elif roll < 0.35:
        text = "".join(text.split(" ")) if len(text) < 30 else text.replace(" ", "", 2)
    elif roll < 0.37:
        text = text.rstrip(string.punctuation)
    return text
