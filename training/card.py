"""The model card, generated from the manifest and from measured figures so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.types import ATTRIBUTE_LABELS
from training.calibrate import PRECISIONS

#: The picture of the reliability curves, beside the card.
PICTURE = "reliability.svg"
_MEASURED = "## Measured"

_HEAD = """# {name} {version}

Scores English reader comments for {attributes}. A score is the probability that at least half of readers would say the
attribute applies, on a scale where offending and clean comments are equally common.

MiniLM-L6 (22 M parameters), fine-tuned with one head for attributes, one for the group that is attacked and one that
marks the offending words; exported to ONNX, dynamic int8. One text a run, so a score does not depend on its company.

## What it is not for

- **Other languages than English**: texts recognised as such are reported as not covered, without a score; a few words may
  pass for English.
- **Irony, in-jokes, dog whistles, and meaning that only the thread gives**: the model reads one comment at a time.
- **Deciding alone.** It ranks comments for people. Threats and self-harm need a person and a phone, not a score.
- Spam, misinformation, sexual content and copyright are not scored.
"""

_RELIABILITY = """
![Scores of held-out texts against what readers said]({picture})

Scores are cross-validated: each fifth of the held-out texts is scored by a calibration fitted on the other four. A dot
is a tenth of the scale, at the mean score of its texts and at the share of them that readers found offending, both
classes counted as equally common; the line through it is the 95 % interval, the bar below says how many texts it rests
on. On the dashed line a score of 0.8 means four in five. Dots above it: the score is too low. *Mean error* in the table
is the mean distance from that line. The numbers are in `manifest.json`, under `reliability`."""


def render(manifest: Mapping[str, Any], thresholds: Mapping[str, Any]) -> str:
    """Markdown of the card; its last part, "Measured", is added by ``python -m training.evaluate --card``."""
    parts = [
        _HEAD.format(
            name=manifest["name"],
            version=manifest["version"],
            attributes=", ".join(ATTRIBUTE_LABELS.values()),
        )
    ]
    training = manifest["training"]
    parts.append("## Training\n")
    again = manifest.get("recalibrated")
    if again:
        parts.append(f"The network of {again['network_of']}, calibrated again on {again['rows']} comments.\n")
    parts.append(f"{training['rows']} texts, {training.get('steps', '?')} batches of {training.get('batch_size', '?')}, "
                 f"seed {training.get('seed', '?')}. Base: {manifest['base']}.\n")  # fmt: skip
    parts.append("| source | rows | licence | address |\n|---|---|---|---|")
    for s in manifest["training_data"]:
        parts.append(
            f"| {s['name']} | {training['by_source'].get(s['name'], 0)} | {s['licence']} | {s['url']} |"
        )
    parts.append(
        "\n## Calibration\n\nOn held-out examples, both classes weighted equally: news comments where there are a hundred "
        "of either\nclass, else within each source. Where there were too few positives the score is the network's own, "
        "uncalibrated\n(method: none), or calibrated as in the model that the network is from (method: kept). The last rows "
        "are of who is\nattacked: of offending examples only, at the rates they have, and on news comments their labels "
        "come from a language\nmodel.\n"
    )
    parts.append(
        "| attribute | held-out rows | of them positive | AUC | method | mean error |\n|---|---|---|---|---|---|"
    )
    for name, row in manifest["calibrated_on"].items():
        auc, error = ("—" if row.get(figure) is None else f"{row[figure]:.3f}" for figure in ("auc", "error"))
        parts.append(f"| {name} | {row['rows']} | {row['positive']} | {auc} | {row['method']} | {error} |")
    if manifest.get("reliability"):
        parts.append(_RELIABILITY.format(picture=PICTURE))
    if "toxicity" in thresholds:
        t = thresholds["toxicity"]
        parts.append(f"\n## Thresholds for toxicity where {t['natural_rate']:.0%} of comments are toxic\n")
        parts.append(
            "| review this share of comments | threshold | catches this share of the toxic ones |\n|---|---|---|"
        )
        for b in manifest["review_budget"]["toxicity"]:
            parts.append(f"| {b['review']:.0%} | {b['threshold']} | {b['catch']:.0%} |")
        reached = [p for p in PRECISIONS if f"precision_{p}" in t]
        if reached:
            parts.append("\n| of the flagged, so many are toxic | threshold | catches |\n|---|---|---|")
        for percent in reached:
            parts.append(
                f"| {percent} % | {t[f'precision_{percent}']} | {t[f'recall_at_precision_{percent}']:.0%} |"
            )
        beyond = [p for p in PRECISIONS if p not in reached]
        if beyond:
            parts.append(
                f"\nOn the held-out comments no threshold flags {beyond[0]} % rightly and twenty of them at least, so "
                f"none is given for that.\nRejection starts at {t['reject']}."
            )
    return "\n".join(parts) + "\n"


def with_measured(card: str, section: str) -> str:
    """The card with ``section`` (Markdown without a heading) as its part "Measured", in place of an older one."""
    before, found, after = card.partition(_MEASURED + "\n")
    # What follows an older part, up to its next heading, is that part.
    rest = after[after.index("\n## ") :].lstrip("\n") if found and "\n## " in after else ""
    return f"{before.rstrip()}\n\n{_MEASURED}\n\n{section.strip()}\n" + (f"\n{rest}" if rest else "")
