"""Signs of comment systems that load by script: found wherever they begin, in one look at the page."""

from __future__ import annotations

import pytest

from moderation.extraction.embeds import EMBEDS
from moderation.extraction.page import extract_comments


@pytest.mark.parametrize("sign", [sign for embed in EMBEDS for sign in embed.signs])
def test_every_sign_is_found_at_every_place(sign: str) -> None:
    names = {embed.name for embed in EMBEDS if any(other in sign for other in embed.signs)}
    for before in range(5):
        for after in range(5):
            page = f"<html><body>{'x' * before}<script>{sign}{'y' * after}</script></body></html>"
            assert any(warning.split(" embed")[0] in names for warning in extract_comments(page).warnings)


@pytest.mark.parametrize(
    "page", ["<p>", "<p>A", "<p>Words of somebody and no sign of any system</p>" * 2_000]
)
def test_pages_without_signs_have_no_embed(page: str) -> None:
    assert not any("embed" in warning for warning in extract_comments(page).warnings)
