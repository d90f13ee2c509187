"""What a community makes of a score: approve, review or reject, and why.

The model says how likely it is that readers would call a text toxic; a community decides what follows from
that. The decision rests on thresholds alone, so that the same score under the same policy always gives the
same answer, and the reasons name the number that was reached. ``docs/policy.md`` documents every key of the
file.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast, get_args

from moderation.types import ATTRIBUTE_LABELS, ATTRIBUTES, Action, Decision, Reason, Score

ACTIONS: tuple[Action, ...] = get_args(Action)
_SEVERITY: Mapping[str, int] = {"approve": 0, "review": 1, "reject": 2}

#: What happens in which situation unless the file says otherwise. Nothing that was not scored is ever
#: approved unless a community asks for it by name: a text nobody looked at is not a clean text.
DEFAULT_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"over_review": "review", "over_reject": "reject", "unscored": "review", "other_language": "review"}
)

#: Reasons about the author's name carry this prefix: ``author.insult``.
AUTHOR_PREFIX = "author."

_NEVER = "never"
_LEVELS = ("review", "reject")
_SECTION_KEYS = ("thresholds", "author_thresholds", "actions", "languages", "check_author_names")
_MAX_FILE_BYTES = 1_000_000


class PolicyError(ValueError):
    """A policy file that cannot be used; ``problems`` has one line each, naming file, key and remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which score on a text goes to review, and from which it is rejected; ``None`` is never."""

    review: float | None
    reject: float | None


#: Used when the model's manifest brings no thresholds of its own. On the model's scale (offending and clean
#: comments equally common) these are the values Perspective's users are used to. Profanity alone rejects
#: nothing: "damn good article" is no offence to anyone.
DEFAULT_THRESHOLDS: Mapping[str, Threshold] = MappingProxyType(
    {
        "toxicity": Threshold(0.7, 0.9),
        "severe_toxicity": Threshold(0.7, 0.9),
        "identity_attack": Threshold(0.7, 0.9),
        "insult": Threshold(0.7, 0.9),
        "profanity": Threshold(0.8, None),
        "threat": Threshold(0.7, 0.9),
    }
)

#: A name is two words without context, so it takes a surer score, and a person always has the last word on
#: it.
DEFAULT_AUTHOR_THRESHOLDS: Mapping[str, Threshold] = MappingProxyType(
    {attribute: Threshold(0.9, None) for attribute in ATTRIBUTES}
)


@dataclass(frozen=True, slots=True)
class Policy:
    """The thresholds and actions of one community.

    >>> Policy.load().decide(Score(scores={"toxicity": 0.95})).action
    'reject'
    """

    community: str = "default"
    thresholds: Mapping[str, Threshold] = field(default_factory=lambda: DEFAULT_THRESHOLDS)
    author_thresholds: Mapping[str, Threshold] = field(default_factory=lambda: DEFAULT_AUTHOR_THRESHOLDS)
    actions: Mapping[str, Action] = field(default_factory=lambda: DEFAULT_ACTIONS)
    languages: tuple[str, ...] = ()
    check_author_names: bool = True
    #: The (table, attribute, level) triples that the file sets: a model's own thresholds leave these alone.
    fixed: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def load(
        cls, path: Path | str | None = None, *, community: str | None = None, model: Any = None
    ) -> Policy:
        """The policy of ``community`` (``[default]`` without one) from a TOML file, or the built-in one.

        ``model`` is a model's manifest, as for :meth:`for_model`. Raises :class:`PolicyError` when the file
        cannot be used or knows no such community.
        """
        policies = Policies.load(path, model=model)
        if community is None:
            return policies.default
        if community not in policies.communities:
            where = "the built-in policy" if path is None else str(path)
            known = ", ".join(policies.communities) or "none"
            raise PolicyError([f"{where}: no community {community!r}; communities defined: {known}"])
        return policies.communities[community]

    def for_model(self, manifest: Any) -> Policy:
        """This policy with the model's own thresholds wherever the file sets none.

        ``manifest`` is a mapping or an object whose ``thresholds`` maps attributes to
        ``{"review": x, "reject": y}``, chosen for the natural rate of abuse in news comments. A ``reject`` of
        None is never; anything missing or outside [0, 1] is passed over.
        """
        table = _get(manifest, "thresholds")
        if not isinstance(table, Mapping):
            return self
        model = {attribute: row for attribute, row in table.items() if isinstance(row, Mapping)}
        texts = dict(self.thresholds)
        authors = dict(self.author_thresholds)
        for attribute, row in model.items():
            if attribute not in ATTRIBUTES:
                continue
            text, author = DEFAULT_THRESHOLDS[attribute], DEFAULT_AUTHOR_THRESHOLDS[attribute]
            review, reject = _score(row.get("review")), _score(row.get("reject"))
            if review is not None:
                text = replace(text, review=review)
            if reject is not None:
                author = replace(author, review=reject)
                # What never rejects out of the box does not start to because a model knows a number for it.
                text = replace(text, reject=None if text.reject is None else reject)
            elif "reject" in row and row["reject"] is None:
                text = replace(text, reject=None)
            texts[attribute] = self._keep_fixed("thresholds", attribute, text)
            authors[attribute] = self._keep_fixed("author_thresholds", attribute, author)
        return replace(self, thresholds=texts, author_thresholds=authors)

    def _keep_fixed(self, table: str, attribute: str, base: Threshold) -> Threshold:
        mine: Threshold = getattr(self, table)[attribute]
        levels = {level: getattr(mine, level) for level in _LEVELS if (table, attribute, level) in self.fixed}
        return _ordered(replace(base, **levels), levels)

    def decide(self, score: Score) -> Decision:
        """Approve, review or reject, with the reasons, worst first.

        A text without scores, or in a language outside ``languages``, goes where ``actions`` sends it; it has
        no number to give as a reason, and ``score.error`` or ``score.language`` says what was wrong with it.
        """
        action = self._unjudged(score)
        reasons: list[tuple[Action, Reason]] = []
        if score.scores is not None:
            reasons += self._reached(score.scores, self.thresholds, "")
        if self.check_author_names and score.author_scores is not None:
            reasons += self._reached(score.author_scores, self.author_thresholds, AUTHOR_PREFIX)
        reasons.sort(key=lambda entry: (_SEVERITY[entry[0]], entry[1].score), reverse=True)
        if reasons and _SEVERITY[reasons[0][0]] > _SEVERITY[action]:
            action = reasons[0][0]
        return Decision(action, tuple(reason for _, reason in reasons))

    def _unjudged(self, score: Score) -> Action:
        """What happens to a text for want of a judgement; ``approve`` when there is one."""
        if self.languages and score.language is not None and score.language not in self.languages:
            return self.actions["other_language"]
        if score.scores is None:
            return self.actions["unscored" if score.language is None else "other_language"]
        # A value that is no number compares as below every threshold, and would pass for clean.
        if not score.scores or not all(math.isfinite(value) for value in score.scores.values()):
            return self.actions["unscored"]
        return "approve"

    def _reached(
        self, scores: Mapping[str, float], thresholds: Mapping[str, Threshold], prefix: str
    ) -> Iterator[tuple[Action, Reason]]:
        for attribute, threshold in thresholds.items():
            value = scores.get(attribute)
            if value is None:
                continue
            for situation, limit in (("over_reject", threshold.reject), ("over_review", threshold.review)):
                if limit is not None and value >= limit:
                    action = self.actions[situation]
                    if action != "approve":
                        yield action, Reason(prefix + attribute, value, limit)
                    break

    def to_dict(self) -> dict[str, Any]:
        """The policy in force as plain data, in the keys of the file."""

        def table(thresholds: Mapping[str, Threshold]) -> dict[str, dict[str, float | str]]:
            return {
                attribute: {
                    "review": _NEVER if row.review is None else row.review,
                    "reject": _NEVER if row.reject is None else row.reject,
                }
                for attribute, row in thresholds.items()
            }

        return {
            "community": self.community,
            "thresholds": table(self.thresholds),
            "author_thresholds": table(self.author_thresholds),
            "actions": dict(self.actions),
            "languages": list(self.languages),
            "check_author_names": self.check_author_names,
        }


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of one file: ``default`` and one per community."""

    default: Policy = field(default_factory=Policy)
    communities: Mapping[str, Policy] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | str | None = None, *, model: Any = None) -> Policies:
        """Every policy in a TOML file; raises :class:`PolicyError` with all its problems at once."""
        if path is None:
            return cls(default=Policy().for_model(model))
        data, problems = _parse(Path(path))
        problems = problems or list(_problems(data, str(path)))
        if problems:
            raise PolicyError(problems)
        base = data.get("default", {})
        named = {
            name: _build(name, base, section).for_model(model)
            for name, section in data.get("community", {}).items()
        }
        return cls(default=_build("default", base, {}).for_model(model), communities=named)

    def get(self, community: str | None) -> Policy:
        """The community's policy; the default for none and for one the file does not name."""
        return self.default if community is None else self.communities.get(community, self.default)


def check(path: Path | str) -> list[str]:
    """Everything wrong with a policy file: one line each with file, key and allowed values."""
    data, problems = _parse(Path(path))
    return problems or list(_problems(data, str(path)))


def reason_label(attribute: str) -> str:
    """A reason's attribute in human words; ``author.insult`` becomes "user name: insult"."""
    if attribute.startswith(AUTHOR_PREFIX):
        return "user name: " + reason_label(attribute.removeprefix(AUTHOR_PREFIX))
    return ATTRIBUTE_LABELS.get(attribute, attribute.replace("_", " "))


def _get(manifest: Any, key: str) -> Any:
    return manifest.get(key) if isinstance(manifest, Mapping) else getattr(manifest, key, None)


def _is_score(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _score(value: object) -> float | None:
    return float(cast(float, value)) if _is_score(value) else None


def _ordered(threshold: Threshold, fixed: Mapping[str, object]) -> Threshold:
    """``reject`` never below ``review``: what the file does not set gives way to what it does."""
    if threshold.review is None or threshold.reject is None or threshold.reject >= threshold.review:
        return threshold
    if "reject" in fixed:
        return replace(threshold, review=threshold.reject)
    return replace(threshold, reject=threshold.review)


def _build(name: str, base: Mapping[str, Any], section: Mapping[str, Any]) -> Policy:
    """A policy from a checked section, laid over ``[default]``, laid over the built-in values."""
    fixed: set[tuple[str, str, str]] = set()
    tables: dict[str, dict[str, Threshold]] = {}
    for table, builtin in (
        ("thresholds", DEFAULT_THRESHOLDS),
        ("author_thresholds", DEFAULT_AUTHOR_THRESHOLDS),
    ):
        tables[table] = {}
        for attribute, default in builtin.items():
            given = {**base.get(table, {}).get(attribute, {}), **section.get(table, {}).get(attribute, {})}
            levels = {level: None if v == _NEVER else float(v) for level, v in given.items()}
            fixed |= {(table, attribute, level) for level in levels}
            tables[table][attribute] = _ordered(replace(default, **levels), levels)
    merged = {**base, **section}
    return Policy(
        community=name,
        thresholds=tables["thresholds"],
        author_thresholds=tables["author_thresholds"],
        actions={**DEFAULT_ACTIONS, **base.get("actions", {}), **section.get("actions", {})},
        languages=tuple(language.lower() for language in merged.get("languages", ())),
        check_author_names=merged.get("check_author_names", True),
        fixed=frozenset(fixed),
    )


def _parse(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_FILE_BYTES + 1)
        if len(raw) > _MAX_FILE_BYTES:
            return {}, [f"{path}: larger than {_MAX_FILE_BYTES:,} bytes; this is no policy file"]
        return tomllib.loads(raw.decode("utf-8-sig")), []
    except OSError as error:
        return {}, [f"{path}: cannot be read: {error.strerror or error}"]
    except UnicodeDecodeError:
        return {}, [f"{path}: not UTF-8 text; a policy file is TOML in UTF-8"]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return {}, [f"{path}: not valid TOML: {error}"]


def _problems(data: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _unknown(data, ("default", "community"), path, "")
    if "default" in data:
        yield from _section_problems(data["default"], f"{path}: default", {})
    communities = data.get("community", {})
    if not isinstance(communities, Mapping):
        yield f"{path}: community: must hold tables such as [community.sports]"
        return
    base = data.get("default")
    for name, section in communities.items():
        base_section = base if isinstance(base, Mapping) else {}
        yield from _section_problems(section, f"{path}: community.{name}", base_section)


def _section_problems(section: Any, where: str, base: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(section, Mapping):
        yield f"{where}: must be a table; allowed keys: {', '.join(_SECTION_KEYS)}"
        return
    yield from _unknown(section, _SECTION_KEYS, where, ".")
    for table in ("thresholds", "author_thresholds"):
        if table in section:
            yield from _threshold_problems(section[table], f"{where}.{table}", base.get(table))
    if "actions" in section:
        actions, spot = section["actions"], f"{where}.actions"
        if isinstance(actions, Mapping):
            yield from _unknown(actions, tuple(DEFAULT_ACTIONS), spot, ".")
            for key in DEFAULT_ACTIONS.keys() & actions.keys():
                if actions[key] not in ACTIONS:
                    yield f"{spot}.{key} = {actions[key]!r}: must be one of {', '.join(ACTIONS)}"
        else:
            yield f"{spot}: must be a table; allowed keys: {', '.join(DEFAULT_ACTIONS)}"
    if "languages" in section:
        languages = section["languages"]
        if not isinstance(languages, list) or not all(
            isinstance(code, str) and code.isascii() and code.isalpha() and len(code) in (2, 3)
            for code in languages
        ):
            yield f'{where}.languages = {languages!r}: must be a list of language codes such as ["en", "de"]'
    if "check_author_names" in section and not isinstance(section["check_author_names"], bool):
        value = section["check_author_names"]
        yield f"{where}.check_author_names = {value!r}: must be true or false"


def _threshold_problems(table: Any, where: str, base: Any) -> Iterator[str]:
    if not isinstance(table, Mapping):
        yield f"{where}: must be a table of attributes: {', '.join(ATTRIBUTES)}"
        return
    yield from _unknown(table, ATTRIBUTES, where, ".")
    for attribute in (a for a in ATTRIBUTES if a in table):
        row, spot = table[attribute], f"{where}.{attribute}"
        if not isinstance(row, Mapping):
            yield f"{spot} = {row!r}: must be a table such as {{ review = 0.7, reject = 0.9 }}"
            continue
        yield from _unknown(row, _LEVELS, spot, ".")
        wrong = [
            level for level in _LEVELS if level in row and row[level] != _NEVER and not _is_score(row[level])
        ]
        for level in wrong:
            yield f'{spot}.{level} = {row[level]!r}: must be a number from 0 to 1, or "{_NEVER}"'
        inherited = base.get(attribute) if isinstance(base, Mapping) else None
        both = {**(inherited if isinstance(inherited, Mapping) else {}), **row}
        review, reject = _score(both.get("review")), _score(both.get("reject"))
        if not wrong and review is not None and reject is not None and reject < review:
            yield f"{spot}: reject ({reject:g}) must not be below review ({review:g})"


def _unknown(table: Mapping[str, Any], allowed: tuple[str, ...], where: str, joint: str) -> Iterator[str]:
    for key in table:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            spot = f"{where}{joint}{key}" if joint else f"{where}: {key}"
            yield f"{spot}: unknown key; allowed: {', '.join(allowed)}.{hint}"
