"""Writes golden.json from the bundled model; run once after a model is promoted, and read the difference."""

import json
from pathlib import Path

from moderation import Scorer

TEXTS = [
    "Thank you for the clear report.",
    "You are a stupid idiot and nobody likes you.",
    "I will find you and kill you.",
    "I am a proud Muslim woman and a nurse.",
    "Fuck yes, what a goal!",
    "These people are vermin and should be deported.",
    "The mayor is wrong about the bridge, and the budget shows it.",
    "sh!t article by a m0ron",
    "🖕",
    "Nobody should be treated like that because of where they were born.",
]

if __name__ == "__main__":
    scorer = Scorer()
    rows = [{"text": t, "scores": dict(scorer.score(t).scores)} for t in TEXTS]
    file = Path(__file__).with_name("golden.json")
    file.write_text(
        json.dumps({"model": scorer.model, "rows": rows}, indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
