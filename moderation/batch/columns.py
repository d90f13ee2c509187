"""Which column holds the text, and what happens to columns that have the name of one of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

#: Tried in this order, in any case. Names that other tools' exports use.
TEXT_COLUMNS = (
    *("comment_text", "comment_content", "comment_body", "comment", "text", "content", "body", "message"),
    *("raw_message", "raw_body", "commenttext", "comment text", "tweet", "post", "post_text", "review"),
    *("review_text", "selftext", "sentence", "msg", "reply"),
)

#: The keys of an output record that are ours, in their order.
OUR_KEYS = (
    *("source", "comment_id", "author", "text", "scores", "author_scores", "spans", "targets"),
    *("language", "decision", "reasons", "model", "error"),
)
_SHOWN = 30


class BadColumn(ValueError):
    """No column of that name, or none that can be guessed."""


def find_column(wanted: str | None, names: Iterable[str], *, strict: bool = True) -> tuple[str, bool]:
    """The column's name, and whether it was guessed.

    ``wanted`` is a name or, where no column has it, a number counted from 1. With ``strict`` off a name that
    is not there is taken as given: later rows may have it. Raises :class:`BadColumn` naming the columns there
    are.
    """
    names = list(names)
    if wanted is not None:
        if wanted in names or not strict:
            return wanted, False
        if wanted.isdecimal() and 0 < int(wanted[:6]) <= len(names):
            return names[int(wanted[:6]) - 1], False
        same = [name for name in names if name.strip().lower() == wanted.strip().lower()]
        if len(same) == 1:
            return same[0], False
        raise BadColumn(f"has no column {wanted!r}; its columns: {_listed(names)}")
    lowered: dict[str, str] = {}
    for name in names:
        lowered.setdefault(name.strip().lower(), name)
    for candidate in TEXT_COLUMNS:
        if candidate in lowered:
            return lowered[candidate], True
    if len(names) == 1:
        return names[0], True
    raise BadColumn(f"cannot tell which column holds the text; name it with --text-column: {_listed(names)}")


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """A CSV header without gaps and repetitions: ``a,,a`` becomes ``a,column_2,a_2``."""
    names: list[str] = []
    for position, given in enumerate(header, start=1):
        base = given.strip() or f"column_{position}"
        name, count = base, 1
        while name in names:
            count += 1
            name = f"{base}_{count}"
        names.append(name)
    return tuple(names)


def output_names(names: Iterable[str], same: Collection[str]) -> Mapping[str, str]:
    """Under which name each input column appears in the output.

    A column with the name of one of our keys becomes ``input_<name>``, unless it is in ``same``: then our key
    has its very value, and it needs no second place.
    """
    names = list(names)
    taken = set(names) | set(OUR_KEYS)
    renamed: dict[str, str] = {}
    for name in names:
        new = name
        if name in OUR_KEYS and name not in same:
            while new in taken:
                new = f"input_{new}"
            taken.add(new)
        renamed[name] = new
    return renamed


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(name[:60] for name in names[:_SHOWN]) + more
