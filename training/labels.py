"""What each source's own columns say, as soft labels of ours.

One function per source: row → :class:`Labels`. A source labels only what it knows; what is missing stays masked out of
the loss. Where raters' fractions are known they are the label as they are: among comments that few object to, how few
is what ranks them. What a score means is made of that by the calibration.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Row = Mapping[str, str]

#: Who is attacked. Order of the model's target outputs.
TARGETS: tuple[str, ...] = ("women", "lgbtq", "race", "religion", "nationality", "disability", "politics")


@dataclass
class Labels:
    """Soft labels of one text: attributes and targets by name, toxic characters if the source marks them."""

    attributes: dict[str, float]
    targets: dict[str, float] = field(default_factory=dict)
    toxic_chars: list[int] | None = None
    weight: float = 1.0


CLEAN = dict.fromkeys(
    ("toxicity", "severe_toxicity", "identity_attack", "insult", "profanity", "threat"), 0.0
)
NO_TARGET = dict.fromkeys(TARGETS, 0.0)


def clean(**rest: float) -> Labels:
    return Labels({**CLEAN, **rest}, NO_TARGET, toxic_chars=[])


#: The toxicity of a news comment of which only no or yes is known, in place of the share of readers.
CIVIL_YES_OR_NO = (0.05, 0.9)


def civil(row: Row) -> Labels | None:
    if row.get("toxic") == "0" and "lowercased" in row.get("text_form", "") and "fuck" in row["text"]:
        return None  # the lower-casing wrote out "BC", which in Canadian papers means British Columbia
    if row["toxicity"] == "":
        no, yes = CIVIL_YES_OR_NO
        return Labels({"toxicity": yes}) if row["toxic"] == "1" else clean(toxicity=no)
    names = {"obscene": "profanity"}
    values = {
        names.get(k, k): float(row[k])
        for k in ("toxicity", "obscene", "threat", "insult", "identity_attack")
        if row[k] != ""
    }
    if row["severe_toxicity"] != "":
        values["severe_toxicity"] = min(1.0, 2 * float(row["severe_toxicity"]))
    inoffensive = max(values.values()) < 0.05
    return Labels(values, NO_TARGET if inoffensive else {}, toxic_chars=[] if inoffensive else None)


def jigsaw2018_six(row: Row) -> Labels | None:
    names = {
        "toxic": "toxicity",
        "severe_toxic": "severe_toxicity",
        "obscene": "profanity",
        "threat": "threat",
        "insult": "insult",
        "identity_hate": "identity_attack",
    }
    values = {ours: float(row[theirs]) for theirs, ours in names.items()}
    inoffensive = not any(values.values())
    return Labels(values, NO_TARGET if inoffensive else {}, toxic_chars=[] if inoffensive else None)


def jigsaw2018_binary(row: Row) -> Labels | None:
    return clean() if row["toxic"] == "0" else Labels({"toxicity": 1.0})


def toxic_spans(row: Row) -> Labels | None:
    # All of them are toxic, and in the very style of civil: their toxicity would teach that the style itself is toxic.
    # Some have no span: readers found them toxic, and could not say which words made them so.
    return Labels({}, toxic_chars=ast.literal_eval(row["spans"]))


def toxic_spans_annotations(row: Row) -> Labels | None:
    n = int(row["n_annotators"])
    if not 0 < n <= 20:
        return None

    def share(name: str) -> float:
        return min(1.0, int(row[name]) / n)

    return Labels(
        {
            # Few of them are clean, but how many readers were sure ranks them; the rate is the source's own bias.
            "toxicity": 1 - share("n_not_toxic"),
            "insult": share("n_ann_insult"),
            "profanity": share("n_ann_profane_obscene"),
            "identity_attack": share("n_ann_identity_based_attack"),
            "threat": share("n_ann_threat"),
        }
    )


#: Beside women: whom a text must name before it can attack them. Stems, slurs and neutral names alike.
OTHER_GROUPS = re.compile(
    r"\b(?:blacks?|whites?|arabs?|mexican|indians?\b|asian|african|latino|hispanic|chinese|chinks?\b|gooks?\b|nigg|spics?\b|paki"
    r"|currycel|ethnic|rac(?:e|es|ial|is[mt]s?)\b|jew(?:s|ish)?\b|kike|goy|muslim|islam|muzz|christian|catholic|immigra|migrant|refugee"
    r"|gay|lesbian|lgbt|homo|trans(?:gender|sexual)?s?\b|trann|fag|autis|disabled|liberal|leftist|libtard|democrat"
    r"|republican|conservative)",
    re.IGNORECASE,
)


def edos(row: Row) -> Labels | None:
    if row["label_sexist"] != "sexist":
        # Its people were asked of women alone: "not sexist" says nothing of a text that names somebody else.
        values = {} if OTHER_GROUPS.search(row["text"]) else {"identity_attack": 0.05}
        return Labels(values, {"women": 0.0})
    values = {"identity_attack": 0.95, "toxicity": 0.85}
    if row["label_category"].startswith("1."):
        values["threat"] = 0.7
    return Labels(values, {"women": 1.0})


_HATEXPLAIN_TARGETS = {
    "African": "race",
    "Asian": "race",
    "Hispanic": "race",
    "Caucasian": "race",
    "Arab": "race",
    "Indian": "race",
    "Indigenous": "race",
    "Islam": "religion",
    "Jewish": "religion",
    "Christian": "religion",
    "Hindu": "religion",
    "Buddhism": "religion",
    "Women": "women",
    "Homosexual": "lgbtq",
    "Bisexual": "lgbtq",
    "Refugee": "nationality",
    "Disability": "disability",
}


def hatexplain(row: Row) -> Labels | None:
    if row["label"] == "normal":
        return Labels({"toxicity": 0.12, "identity_attack": 0.03, "threat": 0.02}, NO_TARGET)
    # A party or a camp would be among its "others": unknown.
    targets = {name: 0.0 for name in TARGETS if name != "politics"}
    for column in ("Race", "Religion", "Gender", "Sexual_Orientation", "Miscellaneous"):
        name = _HATEXPLAIN_TARGETS.get(row[column])
        if name:
            targets[name] = 1.0
    if row["label"] == "hatespeech":
        return Labels({"toxicity": 0.95, "identity_attack": 0.95}, targets)
    return Labels({"toxicity": 0.8, "identity_attack": 0.4}, {k: v for k, v in targets.items() if not v})


def vicomtech_stormfront(row: Row) -> Labels | None:
    if row["label"] == "hate":
        return Labels({"toxicity": 0.85, "identity_attack": 0.95})
    if row["label"] == "noHate":
        return Labels({"toxicity": 0.12, "identity_attack": 0.05})
    return None


# Fragments of the set's target codes ("blawom", "asi.south.pak", "gayman") → target.
_HATEMOJI_TARGETS = {
    "wom": "women",
    "gay": "lgbtq",
    "trans": "lgbtq",
    "lgb": "lgbtq",
    "bla": "race",
    "asi": "race",
    "african": "race",
    "ethmin": "race",
    "mix.race": "race",
    "indig": "race",
    "arab": "race",
    "trav": "race",
    "mus": "religion",
    "jew": "religion",
    "hind": "religion",
    "hisp": "nationality",
    "nat.": "nationality",
    "immig": "nationality",
    "'ref'": "nationality",
    "'for'": "nationality",
    "dis": "disability",
}


def hatemoji_build(row: Row) -> Labels | None:
    if row["label_gold"] != "1":
        return Labels({"toxicity": 0.1, "identity_attack": 0.03, "threat": 0.02}, NO_TARGET)
    values = {"toxicity": 0.95, "identity_attack": 0.97}
    values["threat"] = 0.9 if row["type"] == "threateninglanguage" else 0.1
    targets = {}
    for code, name in _HATEMOJI_TARGETS.items():
        if code in row["target"]:
            targets[name] = 1.0
    return Labels(values, {**NO_TARGET, **targets} if targets else {})


def dynahate_valid(row: Row) -> Labels | None:
    if row["label"] == "1":
        return Labels({"toxicity": 0.95, "identity_attack": 0.97})
    return Labels({"toxicity": 0.12, "identity_attack": 0.03})


def paradetox(row: Row) -> Labels | None:
    if row["toxic"] == "1":
        return Labels({"toxicity": 0.92})
    return Labels(
        {"toxicity": 0.08, "severe_toxicity": 0.0, "profanity": 0.02, "insult": 0.08, "threat": 0.02}
    )


_TOXIGEN_TARGETS = {
    "women": "women",
    "lgbtq": "lgbtq",
    "black": "race",
    "chinese": "race",
    "asian": "race",
    "native_american": "race",
    "latino": "nationality",
    "mexican": "nationality",
    "middle_east": "nationality",
    "muslim": "religion",
    "jewish": "religion",
    "mental_dis": "disability",
    "physical_dis": "disability",
}


def toxigen_annotated(row: Row) -> Labels | None:
    toxic = (float(row["toxicity_human"]) - 1) / 4
    name = _TOXIGEN_TARGETS.get(row["target_group"])
    targets = {**NO_TARGET, name: 1.0} if toxic > 0.7 and name else NO_TARGET if toxic < 0.1 else {}
    return Labels({"toxicity": toxic, "identity_attack": toxic, "profanity": 0.02}, targets)


def wiki_identity_clean(row: Row) -> Labels | None:
    return clean()


def context_toxicity(row: Row) -> Labels | None:
    return clean(toxicity=0.02) if row["label"] == "0" else Labels({"toxicity": 0.9})


def davidson2017(row: Row) -> Labels | None:
    return {
        "hate": Labels({"toxicity": 0.9, "identity_attack": 0.8}),
        "offensive": Labels({"toxicity": 0.7, "profanity": 0.8, "identity_attack": 0.1}),
        "neither": Labels({"toxicity": 0.08, "profanity": 0.03, "identity_attack": 0.03}),
    }[row["class_name"]]


def gab_hate_dev(row: Row) -> Labels | None:
    if row["hate"] == "1":
        return Labels({"toxicity": 0.92, "identity_attack": 0.95})
    values = {"identity_attack": 0.03}
    values["toxicity"] = 0.75 if row["vo"] == "1" else 0.1
    return Labels(values)


def mlma_en(row: Row) -> Labels | None:
    kinds = row["sentiment"].split("_")
    if kinds == ["normal"]:
        return Labels({"toxicity": 0.15, "identity_attack": 0.1})
    return Labels({"toxicity": 0.75, "identity_attack": 0.75 if "hateful" in kinds else 0.35})


def jigsaw_multiannotator(row: Row) -> Labels | None:
    return Labels(
        {
            "identity_attack": float(row["identity_hate"]),
            "profanity": float(row["obscene"]),
            "threat": float(row["threat"]),
            "insult": float(row["insult"]),
        }
    )


def goemotions_unlabelled(row: Row) -> Labels | None:
    return Labels({})  # Reddit's style without labels: only for a teacher


BY_SOURCE: dict[str, Callable[[Row], Labels | None]] = {
    f.__name__: f
    for f in (
        civil,
        jigsaw2018_six,
        jigsaw2018_binary,
        toxic_spans,
        toxic_spans_annotations,
        edos,
        hatexplain,
        vicomtech_stormfront,
        hatemoji_build,
        dynahate_valid,
        paradetox,
        toxigen_annotated,
        wiki_identity_clean,
        context_toxicity,
        davidson2017,
        gab_hate_dev,
        mlma_en,
        jigsaw_multiannotator,
        goemotions_unlabelled,
    )
}
