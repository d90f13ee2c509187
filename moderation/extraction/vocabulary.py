"""Words that comment systems print around comments, by language. Data only; matched in lower case.

Each table is a tuple of regular expressions that match a *whole* line unless its name says otherwise.
"""

from __future__ import annotations

_MONTH_NAMES: dict[str, str] = {
    "en": "january february march april may june july august september october november december",
    "en-short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "de-short": "jän feb mär apr mai jun jul aug sep okt nov dez",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr-short": "janv févr mars avr mai juin juil août sept oct nov déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "es-short": "ene feb mar abr may jun jul ago sept oct nov dic",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "it-short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt-short": "jan fev mar abr mai jun jul ago set out nov dez",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "nl-short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "no": "januar februar mars april mai juni juli august september oktober november desember",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "hu": "január február március április május június július augusztus szeptember október november december",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου "
    "νοεμβρίου δεκεμβρίου",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta "
    "lokakuuta marraskuuta joulukuuta",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "fa": "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
    "he": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
}

#: Month name in lower case → 1 to 12.
MONTHS: dict[str, int] = {"sept": 9}
for _names in _MONTH_NAMES.values():
    for _number, _name in enumerate(_names.split(), 1):
        MONTHS.setdefault(_name, _number)

_N = r"(?:\d+|an?|one|two|three|few|about \d+|over \d+)"
#: Relative times, searched anywhere in a short line.
RELATIVE_TIME: tuple[str, ...] = (
    rf"\b(?:about |over |almost )?{_N}\+? ?(?:s|m|h|d|w|mo|y|sec(?:ond)?s?|min(?:ute)?s?|"
    r"hrs?|hours?|days?|weeks?|wks?|months?|yrs?|years?)"
    r"(?:,? (?:and )?\d+ (?:seconds?|minutes?|hours?|days?|weeks?|months?))?(?: |\s)ago\b",
    r"\b(?:yesterday|today|just now|last (?:week|month|year|edited))\b",
    # de
    r"\bvor (?:\d+|einem|einer|ein paar) (?:sekunden?|minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)\b",
    r"\b(?:gestern|heute|gerade eben)\b",
    # fr
    r"\bil y a (?:environ )?(?:\d+|une?|quelques) (?:secondes?|minutes?|heures?|jours?|semaines?|mois|ans?|années?)\b",
    r"\b(?:hier|aujourd.hui) à\b",
    # es
    r"\bhace (?:\d+|una?) (?:segundos?|minutos?|horas?|días?|semanas?|meses|mes|años?)\b",
    # it
    r"\b(?:\d+|una?|un) (?:secondi|minut[oi]|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]) fa\b",
    # pt
    r"\b(?:há|ha) (?:\d+|uma?) (?:segundos?|minutos?|horas?|dias?|semanas?|meses|mês|anos?)\b",
    r"\b\d+ (?:segundos?|minutos?|horas?|dias?|semanas?|meses|mês|anos?) atrás\b",
    # nl, sv, da, no
    r"\b\d+ (?:seconden?|minuten|minuut|uur|uren|dag(?:en)?|weken|week|maand(?:en)?|jaar|jaren) geleden\b",
    r"\b(?:för )?\d+ (?:sekunder|minut(?:er)?|timm(?:e|ar)|dag(?:ar)?|veck(?:a|or)|månad(?:er)?|år) sedan\b",
    r"\b(?:for )?\d+ (?:sekunder|minutt?(?:er)?|timer?|dage?r?|uger?|uker?|måned(?:er)?|år) siden\b",
    # pl, cs
    r"\b\d+ (?:sekund\w*|minut\w*|godzin\w*|dni|dzień|tygod\w+|miesi\w+|rok|lata?) temu\b",
    r"\bpřed (?:\d+ )?(?:sekund\w*|minut\w*|hodin\w*|dn\w+|týdn\w+|měsíc\w*|rok\w*|let\w*)\b",
    # ru, uk
    r"(?:\d+ )?(?:секунд\w*|минут\w*|час\w*|дн\w+|день|недел\w+|месяц\w*|год\w*|лет) назад",
    r"(?:\d+ )?(?:секунд\w*|хвилин\w*|годин\w*|дн\w+|день|тиж\w+|місяц\w*|рок\w*|рік) тому",
    # tr, hu, ro, fi, el
    r"\b\d+ (?:saniye|dakika|saat|gün|hafta|ay|yıl) önce\b",
    r"\b\d+ (?:másodperce|perce|órája|napja|hete|hónapja|éve)\b",
    r"\bacum \d+ (?:de )?(?:secunde|minute?|or[ăe]|zile|zi|săptămâni|luni|lună|ani|an)\b",
    r"\b\d+ (?:sekuntia|minuuttia|tuntia|päivää|viikkoa|kuukautta|vuotta) sitten\b",
    r"πριν (?:από )?\d+ \w+",
    # ja, zh, ko
    r"\d+ ?(?:秒|分|時間|日|週間|か月|ヶ月|カ月|年)前",
    r"\d+ ?(?:秒|分钟|分鐘|小时|小時|天|周|週|个月|個月|年)(?:以)?前",
    r"\d+ ?(?:초|분|시간|일|주|개월|달|년) ?전",
    # ar, fa, he, hi, id, vi, th
    r"(?:منذ|قبل) (?:\d+ |[٠-٩]+ )?\w+",
    r"(?:\d+|[۰-۹]+) (?:ثانیه|دقیقه|ساعت|روز|هفته|ماه|سال) (?:پیش|قبل)",
    r"לפני (?:\d+ )?\w+",
    r"\d+ (?:सेकंड|मिनट|घंटे|घंटा|दिन|सप्ताह|महीने|साल|वर्ष) (?:पहले|पूर्व)",
    r"\b\d+ (?:detik|menit|jam|hari|minggu|bulan|tahun) (?:yang )?lalu\b",
    r"\b\d+ (?:giây|phút|giờ|ngày|tuần|tháng|năm) trước\b",
    r"\d+ ?(?:วินาที|นาที|ชั่วโมง|วัน|สัปดาห์|เดือน|ปี)(?:ที่แล้ว|ที่ผ่านมา)",
)

#: One of these words is in every text that ``RELATIVE_TIME`` can match (scripts without spaces aside).
RELATIVE_WORDS: frozenset[str] = frozenset(
    "ago yesterday today just last vor gestern heute gerade il hier aujourd hace fa há ha atrás geleden sedan siden "
    "temu před назад тому önce acum sitten πριν منذ قبل پیش לפני पहले पूर्व lalu trước perce órája napja hete "
    "hónapja éve másodperce".split()
)
