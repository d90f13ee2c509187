"""Text as the model reads it: obfuscation undone, emoji spelled out, every character traceable to the original.

The normaliser may only ever help. It rewrites a word when the rewrite *is* a known offensive word (``lexicon.json``)
and leaves everything else alone, so that "$100", "and/or", "h4 heading", "Scunthorpe" and URLs reach the model as
they were written. Training runs every text through the same function.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Normalised:
    """``text`` as the model reads it; character ``i`` stands for ``original[starts[i]:ends[i]]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Maps ``text[start:end]`` (not empty) to offsets of the original."""
        return min(self.starts[start:end]), max(self.ends[start:end])


# One normalised character with the stretch of the original it stands for.
_Char = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: frozenset[str]
    by_shape: dict[tuple[int, str], tuple[str, ...]]  # (length, last letter) → words
    suffixes: tuple[str, ...]
    suffix_exceptions: frozenset[str]
    prefixes: tuple[str, ...]
    misspellings: dict[str, str]  # "fcuk", "stpid" → word
    splits: frozenset[str]  # "fu ck": a word with a space in it
    substitutes: dict[str, str]
    masks: str
    homoglyphs: dict[str, str]
    emoji_names: dict[str, str]
    function_words: frozenset[str]


@lru_cache(maxsize=1)
def lexicon() -> _Lexicon:
    raw = json.loads((files("moderation.scoring") / "lexicon.json").read_text(encoding="utf-8"))
    words: set[str] = set()
    for stem in raw["stems"]:
        words.add(stem)
        words.update(stem + ending for ending in raw["endings"])
    words.update(raw["words"])
    not_typos = words.union(raw["misspelt"], raw["misspelling_exceptions"])
    by_shape: dict[tuple[int, str], list[str]] = {}
    ranks = {stem: rank for rank, stem in reversed(list(enumerate(raw["stems"])))}
    for word in sorted(words, key=lambda w: (_rank(w, ranks), w)):
        by_shape.setdefault((len(word), word[-1]), []).append(word)
    return _Lexicon(
        words=frozenset(words),
        by_shape={k: tuple(v) for k, v in by_shape.items()},
        suffixes=tuple(raw["merged_suffixes"]),
        suffix_exceptions=frozenset(raw["merged_exceptions"]),
        prefixes=tuple(raw["merged_prefixes"]),
        misspellings={
            typo: word for word in raw["misspelt"] for typo in _misspellings(word) if typo not in not_typos
        },
        splits=frozenset(
            pair
            for word in raw["misspelt"]
            for pair in (f"{word[:k]} {word[k:]}" for k in range(1, len(word)))
            # "shit head" says what it says without help.
            if words.isdisjoint(pair.split()) and pair not in raw["split_exceptions"]
        ),
        substitutes=raw["substitutes"],
        masks=raw["masks"],
        homoglyphs=raw["homoglyphs"],
        emoji_names=raw["emoji_names"],
        function_words=frozenset(raw["function_words"]),
    )


def _misspellings(word: str) -> Iterable[str]:
    """Two neighbours swapped, or a letter after the first left out; short words have too many other readings."""
    if len(word) >= 4:
        yield from (word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(len(word) - 1))
    if len(word) >= 5:
        yield from (word[:k] + word[k + 1 :] for k in range(1, len(word)))


def _rank(word: str, ranks: dict[str, int]) -> int:
    """Common words first, so that a mask with several readings gets the likeliest."""
    return min((ranks[word[:k]] for k in range(1, len(word) + 1) if word[:k] in ranks), default=len(ranks))


def normalise(text: str) -> Normalised:
    """Returns the text as the model reads it, with offsets back to ``text`` (Python string offsets)."""
    chars = _characters(text)
    chars = _join_spaced(chars)
    chars = _join_split(chars)
    chars = _words(chars)
    return Normalised("".join(c[0] for c in chars), tuple(c[1] for c in chars), tuple(c[2] for c in chars))


def _is_emoji(code: int) -> bool:
    return 0x1F000 <= code <= 0x1FAFF or 0x2600 <= code <= 0x27BF or code in (0x2B50, 0x2B55, 0x203C, 0x2049)


def _characters(text: str) -> list[_Char]:
    """Character by character: invisible ones go, compatibility forms fold, emoji become their names."""
    lex = lexicon()
    out: list[_Char] = []
    stacked = 0
    for i, char in enumerate(text):
        code = ord(char)
        if code < 0x80:
            stacked = 0
            if code >= 0x20 or char in "\t\n\r":
                out.append((char, i, i + 1))
            continue
        if _is_emoji(code):
            name = lex.emoji_names.get(char) or unicodedata.name(char, "").lower().replace("-", " ")
            if name:
                out.append((" ", i, i + 1))
                out.extend((c, i, i + 1) for c in name)
                out.append((" ", i, i + 1))
            continue
        category = unicodedata.category(char)
        if category in ("Cf", "Cc", "Cs", "Co") or 0xFE00 <= code <= 0xFE0F:
            continue  # zero-width, direction marks, variation selectors: invisible to a reader
        if category == "Mn":
            stacked += 1
            if stacked > 2:  # "zalgo": more marks than any orthography stacks on a letter
                continue
        else:
            stacked = 0
        folded = unicodedata.normalize("NFKC", char)
        out.extend((c, i, i + 1) for c in folded)
    return _fold_homoglyphs(out)


def _fold_homoglyphs(chars: list[_Char]) -> list[_Char]:
    """Look-alike letters become Latin, but only in words that also hold Latin letters or are all small capitals."""
    table = lexicon().homoglyphs
    if not any(c[0] in table for c in chars):
        return chars
    out = list(chars)
    for start, end in _runs(chars, str.isalpha):
        word = [c[0] for c in chars[start:end]]
        small = len(word) > 1 and all("SMALL CAPITAL" in unicodedata.name(c, "") for c in word)
        if small or any("a" <= c.lower() <= "z" for c in word):
            for k in range(start, end):
                char, a, b = chars[k]
                out[k] = (table.get(char, char), a, b)
    return out


def _runs(chars: list[_Char], test: object) -> Iterable[tuple[int, int]]:
    """Maximal stretches of characters for which ``test`` holds, as index pairs."""
    start = None
    for i, (char, _, _) in enumerate(chars):
        if test(char):  # type: ignore[operator]
            if start is None:
                start = i
        elif start is not None:
            yield start, i
            start = None
    if start is not None:
        yield start, len(chars)


_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*~]{1,2}[^\W\d_]){2,15}(?![^\W_])")


def _join_spaced(chars: list[_Char]) -> list[_Char]:
    """ "f u c k" and "f.u.c.k" become one word when that word is in the lexicon."""
    text = "".join(c[0] for c in chars)
    drop: set[int] = set()
    for match in _SPACED.finditer(text):
        places = [i for i in range(match.start(), match.end()) if text[i].isalpha()]
        letters = "".join(text[i] for i in places).lower()
        first = _longest_word(letters)
        if first is None:
            continue
        a, b = first
        keep = set(places[a:b])
        drop.update(i for i in range(places[a], places[b - 1] + 1) if i not in keep)
    return [c for i, c in enumerate(chars) if i not in drop] if drop else chars


_WORD = re.compile(r"[^\W\d_]+")


def _join_split(chars: list[_Char]) -> list[_Char]:
    """ "fu ck" becomes one word; pairs that are words of their own ("who re") are not in the list."""
    text = "".join(c[0] for c in chars)
    splits = lexicon().splits
    words = list(_WORD.finditer(text))
    drop = {
        a.end()
        for a, b in pairwise(words)
        if text[a.end() : b.start()] == " " and f"{a.group()} {b.group()}".lower() in splits
    }
    return [c for i, c in enumerate(chars) if i not in drop] if drop else chars


def _longest_word(letters: str) -> tuple[int, int] | None:
    words = lexicon().words
    for size in range(len(letters), 3, -1):
        for a in range(len(letters) - size + 1):
            if letters[a : a + size] in words:
                return a, a + size
    return (letters and letters in words and (0, len(letters))) or None


_TOKEN = re.compile(r"[^\s\"“”,;:?()\[\]{}<>]+")
_URL = re.compile(r"(?:[a-z]+://|www\.)|@[\w.]+\.\w|\w@\w", re.I)


def _words(chars: list[_Char]) -> list[_Char]:
    text = "".join(c[0] for c in chars)
    out: list[_Char] = []
    at = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        new = None if len(token) > 40 or _URL.search(token) else _rewrite(token)
        if new is None:
            continue
        out.extend(chars[at : match.start()])
        out.extend(_align(new, chars[match.start() : match.end()]))
        at = match.end()
    out.extend(chars[at:])
    return out


def _align(new: str, old: list[_Char]) -> list[_Char]:
    """Gives each character of the rewrite a place in the original: one to one, or the whole token where lengths differ."""
    if len(new) == len(old):
        return [(c, a, b) for c, (_, a, b) in zip(new, old, strict=True)]
    if " " in new and len(new) == len(old) + 1:
        cut = new.index(" ")
        left = [(c, a, b) for c, (_, a, b) in zip(new[:cut], old[:cut], strict=True)]
        right = [(c, a, b) for c, (_, a, b) in zip(new[cut + 1 :], old[cut:], strict=True)]
        return [*left, (" ", old[cut][1], old[cut][1]), *right]
    start, end = old[0][1], old[-1][2]
    return [(c, start, end) for c in new]


@lru_cache(maxsize=65536)
def _rewrite(token: str) -> str | None:
    """The token with its disguise off, or None when there is none to take off."""
    lower = token.lower()
    if lower.isascii() and lower.isalpha():
        return _unstretch(lower) or lexicon().misspellings.get(lower) or _unmerge(lower)
    core = lower.rstrip(".!'’*-_~")
    for candidate in dict.fromkeys((core, lower)):
        word = _unmask(candidate)
        if word is not None:
            return word + lower[len(candidate) :].replace("*", "")
    return None


def _unstretch(word: str) -> str | None:
    """ "fuuuuck" → "fuck"; other words keep at most two of a letter ("soooo" → "soo")."""
    if not re.search(r"(.)\1", word):
        return None
    words = lexicon().words
    if word in words:
        return None
    squeezed = re.sub(r"(.)\1+", r"\1", word)
    doubled = re.sub(r"(.)\1{2,}", r"\1\1", word)
    for candidate in (doubled, squeezed):
        if candidate in words and len(candidate) > 3:
            return candidate
    if doubled != word and len(set(word)) > 1:
        return doubled
    return None


def _unmerge(word: str) -> str | None:
    """ "americunt" → "ameri cunt": a slur welded to another word."""
    lex = lexicon()
    if len(word) < 7 or word in lex.words or word in lex.suffix_exceptions:
        return None
    for suffix in lex.suffixes:
        for ending in (suffix, suffix + "s"):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                stem = word[: -len(ending)]
                return None if word.rstrip("s") in lex.suffix_exceptions else f"{stem} {ending}"
    for prefix in lex.prefixes:
        if word.startswith(prefix) and len(word) - len(prefix) >= 4:
            return f"{prefix} {word[len(prefix) :]}"
    return None


def _unmask(token: str) -> str | None:
    """ "sh!t", "f**k", "f7ck", "@ss" → the word, when exactly such a word is in the lexicon."""
    lex = lexicon()
    if not 3 <= len(token) <= 16 or token.isalpha() or not any(c.isalpha() for c in token):
        return None
    literal = sum(c.isalpha() for c in token)
    if literal < 1 or (token[0] in lex.masks):
        return None
    last = token[-1]
    endings = (
        [last]
        if last.isalpha()
        else list(lex.substitutes.get(last, "")) or sorted({w for _, w in lex.by_shape})
    )
    for ending in endings:
        for word in lex.by_shape.get((len(token), ending), ()):
            if _matches(token, word, lex):
                return word
    return None


def _matches(token: str, word: str, lex: _Lexicon) -> bool:
    strong = 0  # letters that speak for this word: themselves, or a look-alike
    for char, letter in zip(token, word, strict=True):
        if char == letter or letter in lex.substitutes.get(char, ""):
            strong += 1
        elif char in lex.masks or (char.isdigit() and letter in "aeiou"):
            continue
        else:
            return False
    return strong * 2 >= len(word)
