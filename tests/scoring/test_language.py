"""Only what is clearly another language is refused; short and mixed text counts as English."""

import pytest

from moderation.scoring.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("This is what I was trying to say about the roads", "en"),
        ("Das ist doch alles nur gelogen und ich glaube es nicht", "de"),
        ("No me gusta nada lo que dicen en este artículo", "es"),
        ("Je ne suis pas du tout d'accord avec ce que vous dites", "fr"),
        ("To nie jest prawda i nie wiem jak można tak pisać", "pl"),
        ("電力会社の説明が必要です。", "ja"),
        ("정말 좋은 기사입니다", "ko"),
        ("Это неправда, вы всё выдумали", "ru"),
        ("Це неправда, ви все вигадали її", "uk"),
        ("لم تصلنا أي معلومات خلال العاصفة.", "und-Arab"),
    ],
)
def test_languages_are_told_apart(text, language):
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "lol", "Fuck you", "😂😂😂", "12345", "Jean-Marie Le Pen", "Schadenfreude!", "¿Y quién paga? Nobody tells us.",
     "L I T E R A L L Y H U N D R E D S", "die hard", "https://example.org/das/ist/ein/artikel"],
)  # fmt: skip
def test_short_or_mixed_text_is_not_refused(text):
    assert detect(text) in (None, "en")
