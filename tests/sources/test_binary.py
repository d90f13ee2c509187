"""Bytes that are no text are told as such whatever they happen to be."""

import random

from moderation.sources.content import what_binary


def test_random_bytes_are_never_text():
    for seed in range(200):
        rng = random.Random(seed)
        assert what_binary(rng.randbytes(rng.choice((3000, 8192, 20000)))) == "binary data", seed


def test_a_page_with_a_stray_control_byte_is_text():
    assert what_binary(b"<p>A comment\x00 cut by an old editor\x01</p>" * 3) is None
