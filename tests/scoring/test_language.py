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
        ("Va te faire foutre, retourne dans ton pays.", "fr"),
        ("Geh doch zurück in dein Land, du dreckiger Idiot.", "de"),
        ("Ich finde diesen Artikel wirklich sehr schlecht geschrieben, du Idiot.", "de"),
        ("Nem értem, hogy miért kell ezt a hülyeséget megint elővenni.", "hu"),
        ("Ovo je najgluplji članak koji sam pročitao ove godine.", "hr"),
        ("Ky artikull është plotësisht i gabuar dhe nuk ka kuptim.", "sq"),
        ("Ma ei saa aru, miks see artikkel üldse ilmus.", "et"),
        ("Mwandishi huyu ni mjinga sana na hajui anachosema.", "sw"),
        ("Tum log bahut bure ho aur yeh desh tumhara nahi hai.", "hi-Latn"),
        ("Hij is echt een domme idioot.", "nl"),
    ],
)
def test_languages_are_told_apart(text, language):
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Of course , none of this is set in stone .",
        "men performing drag of ladies is a type of blackface",
        "greg big al is buried in gates of heven.",
        "oi ya fag stop deleting me post ya gay boi",
        "s p o o k y   f u c k s",
        "user is a mot*herfuc*ker assh*ole ha ha ha",
        'The Bastard of Orléans, count of Dunois, is usually given under "Jean de Dunois" in French sources',
    ],
)
def test_odd_english_is_not_refused(text):
    assert detect(text) in (None, "en")


@pytest.mark.parametrize(
    "text",
    ["", "lol", "Fuck you", "😂😂😂", "12345", "Jean-Marie Le Pen", "Schadenfreude!", "¿Y quién paga? Nobody tells us.",
     "L I T E R A L L Y H U N D R E D S", "die hard", "https://example.org/das/ist/ein/artikel"],
)  # fmt: skip
def test_short_or_mixed_text_is_not_refused(text):
    assert detect(text) in (None, "en")
