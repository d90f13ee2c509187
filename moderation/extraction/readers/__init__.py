"""One small file for each comment system; ``READERS`` in the order they are asked."""

from __future__ import annotations

from moderation.extraction.readers import wordpress, wpdiscuz
from moderation.extraction.readers.base import Reader

READERS: tuple[Reader, ...] = (
    wpdiscuz.READER,
    wordpress.READER,
)
