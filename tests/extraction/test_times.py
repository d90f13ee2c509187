"""Absolute times become ISO 8601; what nobody can tell stays unknown; relative times are recognised in many languages."""

from __future__ import annotations

import pytest

from moderation.extraction.times import has_time, iso


@pytest.mark.parametrize(
    "words, stamp",
    [
        ("2024-03-05T09:15:00+00:00", "2024-03-05T09:15:00+00:00"),
        ("2024-03-05T09:15:30Z", "2024-03-05T09:15:30+00:00"),
        ("2024-03-05T09:15:00-0500", "2024-03-05T09:15:00-05:00"),
        ("2024-03-05 09:15", "2024-03-05T09:15:00"),
        ("2024-03-05", "2024-03-05"),
        ("March 5, 2024 at 9:15 pm", "2024-03-05T21:15:00"),
        ("Mar 5th, 2024 12:05 AM", "2024-03-05T00:05:00"),
        ("5 March 2024", "2024-03-05"),
        ("Tuesday, 5 March 2024 at 17:40", "2024-03-05T17:40:00"),
        ("5. März 2024 um 17:40 Uhr", "2024-03-05T17:40:00"),
        ("le 5 mars 2024 à 17h40", "2024-03-05T17:40:00"),
        ("5 de marzo de 2024, 17:40", "2024-03-05T17:40:00"),
        ("5 марта 2024 в 17:40", "2024-03-05T17:40:00"),
        ("5 Mart 2024, 17:40", "2024-03-05T17:40:00"),
        ("2024年3月5日 17:40", "2024-03-05T17:40:00"),
        ("05.03.2024 17:40", "2024-03-05T17:40:00"),
        ("25/03/2024", "2024-03-25"),
        ("03/25/2024 5:40 PM", "2024-03-25T17:40:00"),
        ("1709630100", "2024-03-05T09:15:00+00:00"),
        ("03/04/2024", None),
        ("31 February 2024", None),
        ("two years ago", None),
        ("maybe 5 boats", None),
        ("", None),
    ],
)
def test_iso(words: str, stamp: str | None) -> None:
    assert iso(words) == stamp


@pytest.mark.parametrize(
    "words",
    [
        "2 years ago", "an hour ago", "3 hrs ago", "Yesterday", "vor 3 Tagen", "il y a 2 heures", "hace 5 minutos",
        "2 ore fa", "há 3 dias", "2 dagen geleden", "för 3 timmar sedan", "for 3 timer siden", "5 godzin temu",
        "před 2 dny", "3 дня назад", "2 години тому", "2 saat önce", "3 napja", "acum 2 ore", "3 päivää sitten",
        "πριν από 2 ώρες", "3日前", "5分钟前", "3시간 전", "منذ 3 أيام", "3 روز پیش", "לפני 3 ימים", "3 घंटे पहले",
        "2 jam yang lalu", "3 giờ trước", "2 ชั่วโมงที่แล้ว",
    ],
)  # fmt: skip
def test_relative_times_are_recognised(words: str) -> None:
    assert has_time(words)
    assert iso(words) is None


@pytest.mark.parametrize(
    "words", ["Reply", "I may come in 5 boats", "Chapter 12", "ratio 3:1000", "We met long before"]
)
def test_other_words_are_no_time(words: str) -> None:
    assert not has_time(words)


@pytest.mark.parametrize(
    "words", ["at 10 pm 2012 March 4, 2012", "room 3 on 2012 4 March 2012", "Of 3 2012, Mar. 4 2012"]
)
def test_words_that_stand_like_months_hide_no_date(words: str) -> None:
    assert (iso(words) or "").startswith("2012-03-04")
