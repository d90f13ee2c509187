"""What comment systems print around comments: headings, attributions, buttons, forms. Data only, by language.

Plain words, matched in lower case; ``line_roles`` turns them into patterns. The languages are those that the big
comment systems ship most.
"""

from __future__ import annotations

#: The noun for reader comments, in all the forms a heading has. Longer forms first within a language.
COMMENT_NOUNS: dict[str, str] = {
    "en": "reader comments?|user comments?|comments?|responses?|replies|reply|thoughts?|reactions?|feedback|"
    "discussion|public discussion|opinions|notes|reader reactions?|voices|conversations?",
    "de": "leserkommentare|kommentare?|antworten|gedanken|meinungen|beiträge|leserbriefe",
    "fr": "commentaires?|réponses?|réactions?|avis|réflexions?",
    "es": "comentarios?|respuestas?|opiniones|pensamientos?|reacciones",
    "it": "commenti|commento|risposte|risposta|pensieri|opinioni",
    "pt": "comentários?|respostas?|opiniões|pensamentos?",
    "nl": "reacties?|reactie|opmerkingen|antwoorden|gedachten",
    "sv": "kommentarer|kommentar|svar|tankar",
    "da": "kommentarer|kommentar|svar|tanker",
    "no": "kommentarer|kommentar|svar|tanker",
    "pl": "komentarze|komentarzy|komentarz|odpowiedzi|odpowiedź|opinie|przemyśleń",
    "cs": "komentáře|komentářů|komentář|odpovědi|názory|diskuse|diskuze|příspěvky",
    "ru": "комментари[йяеи]|комментариев|ответ(?:а|ов|ы)?|отзыв(?:а|ов|ы)?|мнени[яйе]|обсуждение",
    "uk": "коментар(?:і|ів|я)?|відповід(?:і|ей|ь)|відгук(?:и|ів)?|обговорення",
    "tr": "yorumlar|yorum|yanıt|cevap|düşünce",
    "ro": "comentarii|comentariu|răspunsuri|păreri|gânduri",
    "hu": "hozzászólások?|hozzászólás|komment(?:ek)?|vélemény(?:ek)?",
    "fi": "kommenttia|kommentit|kommentti|vastausta|vastaukset",
    "el": "σχόλια|σχόλιο|απαντήσεις|σκέψεις",
    "ja": "コメント|件のコメント|返信|レス|感想",
    "zh": "条评论|則留言|条留言|条回复|評論|评论|留言|回應|回应|跟帖",
    "ko": "댓글|의견|답글|덧글",
    "ar": "تعليقات|تعليق(?:ات|اً|ا)?|التعليقات|ردود|رد",
    "fa": "دیدگاه(?:‌ها)?|نظرات?|نظر|پاسخ",
    "he": "תגובות|תגובה",
    "hi": "टिप्पणियाँ|टिप्पणियां|टिप्पणी|प्रतिक्रियाएँ",
    "id": "komentar|tanggapan|balasan",
    "vi": "bình luận|phản hồi|ý kiến",
    "th": "ความคิดเห็น|ความเห็น",
}

#: Verbs of attribution: "Name says:", or for some languages "Name" after the verb.
SAYS: dict[str, str] = {
    "en": "says|said|writes|wrote|commented|replied|responded|comments|responds|adds|added",
    "de": "sagt|sagte|schreibt|schrieb|meint|kommentierte",
    "fr": "dit|a dit|écrit|a écrit|a commenté",
    "es": "dice|dijo|escribió|comentó|respondió",
    "it": "dice|ha detto|ha scritto|scrive",
    "pt": "disse|diz|escreveu|comentou",
    "nl": "zegt|schreef|schrijft|reageerde",
    "sv": "skriver|säger|skrev|sade",
    "da": "siger|skriver|skrev",
    "no": "sier|skriver|skrev",
    "pl": "pisze|mówi|napisał(?:a|\\(a\\))?|powiedział",
    "cs": "napsal(?:a)?|říká|píše",
    "ru": "говорит|пишет|написал(?:а)?|сказал(?:а)?",
    "uk": "каже|пише|написав|сказав",
    "tr": "dedi ki|diyor ki|şunları söyledi|yazdı",
    "ro": "spune|a spus|zice|a scris",
    "hu": "szerint|írta|mondja",
    "fi": "sanoo|kirjoitti",
    "el": "λέει|είπε|έγραψε",
    "ja": "より|さん|の発言",
    "zh": "说道|说|說道|說|表示",
    "ko": "님의 말|댓글",
    "ar": "يقول|قال|كتب",
    "fa": "می‌گوید|گفت|نوشت",
    "he": "הגיב|אומר|כתב",
    "id": "berkata|mengatakan|menulis",
    "vi": "viết|nói|cho biết",
}

#: "Posted by", "by": the words in front of a name.
BY: tuple[str, ...] = (
    "comment posted by",
    "comment by",
    "posted by",
    "submitted by",
    "written by",
    "comment from",
    "by",
    "from",
    "geschrieben von",
    "verfasst von",
    "kommentar von",
    "von",
    "posté par",
    "rédigé par",
    "écrit par",
    "par",
    "publicado por",
    "enviado por",
    "escrito por",
    "por",
    "postato da",
    "scritto da",
    "pubblicato da",
    "geplaatst door",
    "geschreven door",
    "door",
    "skrivet av",
    "postat av",
    "skrevet af",
    "skrevet av",
    "napisany przez",
    "dodane przez",
    "autor",
    "автор",
    "от",
    "gönderen",
    "yazan",
    "投稿者",
    "作者",
    "발신",
)

#: Buttons and counters under a comment, as whole lines or whole parts of a line split at "|", "·", "•".
ACTIONS: dict[str, str] = {
    "en": "reply|reply to this(?: comment| post)?|reply to [^.!?]{1,40}|reply #?|respond|quote|report|report abuse|"
    "report (?:this )?comment|report this|flag|flag (?:this )?comment|flag as (?:inappropriate|spam)|abuse|"
    "like|likes|dislike|unlike|like this(?: comment)?|recommend|recommended|recommend this|share|share this|link|"
    "permalink|permanent link|link to this comment|comment link|edit|delete|hide|hide replies|show replies|"
    "view replies|collapse|expand|read more|show more|see more|log in to reply|login to reply|sign in to reply|"
    "up ?vote|down ?vote|vote up|vote down|thumbs up|thumbs down|helpful|not helpful|votes?|ignore user|"
    "ignore|inappropriate|mark as spam|unread|hash|hashed|in reply to [^.!?]{1,40}|translate|parent|next|follow|"
    "top|back to top|email|print|favou?rite|good comment|bad comment|rate up|rate down|close|"
    "comment is awaiting moderation|your comment is awaiting moderation|offensive\\??|edited|rank|"
    "profile|website|visit website|pm|view profile|view all comments by this user|more comments",
    "de": "antworten|antwort|zitieren|melden|kommentar melden|gefällt mir|empfehlen|teilen|link|permalink|"
    "bearbeiten|zum antworten anmelden|auf diesen kommentar antworten|verstoß melden",
    "fr": "répondre|signaler|signaler un abus|j'aime|aimer|partager|citer|modifier|lien|permalien|"
    "connectez-vous pour répondre|répondre à ce commentaire|alerter",
    "es": "responder|contestar|denunciar|reportar|me gusta|compartir|citar|editar|enlace|accede para responder|"
    "enlace permanente|marcar como inapropiado",
    "it": "rispondi|segnala|segnala abuso|mi piace|condividi|cita|modifica|accedi per rispondere|quota",
    "pt": "responder|denunciar|curtir|gosto|compartilhar|partilhar|citar|editar|inicie sessão para responder",
    "nl": "reageer|beantwoorden|reageren|rapporteer|meld misbruik|vind ik leuk|delen|citeer|bewerken|antwoord",
    "sv": "svara|anmäl|rapportera|gilla|dela|citera|redigera|logga in för att svara",
    "da": "svar|anmeld|rapporter|synes godt om|del|citer|rediger",
    "no": "svar|rapporter|liker|del|siter|rediger|logg inn for å svare",
    "pl": "odpowiedz|zgłoś|zgłoś nadużycie|lubię to|udostępnij|cytuj|edytuj|zaloguj się, aby odpowiedzieć",
    "cs": "odpovědět|nahlásit|líbí se mi|sdílet|citovat|upravit|reagovat",
    "ru": "ответить|пожаловаться|нравится|мне нравится|поделиться|цитировать|изменить|ссылка|цитата|"
    "войдите, чтобы ответить|скрыть",
    "uk": "відповісти|відповіcти|поскаржитися|подобається|поділитися|цитувати|редагувати",
    "tr": "yanıtla|cevapla|şikayet et|şikayet|beğen|paylaş|alıntı|düzenle|cevap yaz",
    "ro": "răspunde|raportează|îmi place|distribuie|citează|editează",
    "hu": "válasz|jelentés|tetszik|megosztás|idézet|szerkesztés",
    "fi": "vastaa|ilmianna|tykkää|jaa|lainaa|muokkaa",
    "el": "απάντηση|αναφορά|μου αρέσει|κοινοποίηση|παράθεση",
    "ja": "返信|返信する|通報|いいね！?|共有|引用|編集|返答",
    "zh": "回复|回覆|举报|檢舉|赞|讚|分享|引用|编辑|編輯|顶|踩|登录以回复|回應",
    "ko": "답글|답글 달기|신고|좋아요|공유|인용|수정|댓글|응답",
    "ar": "رد|الرد|إبلاغ|أعجبني|مشاركة|اقتباس|تعديل",
    "fa": "پاسخ|پاسخ دادن|گزارش|پسندیدن|اشتراک",
    "he": "הגב|השב|דווח|אהבתי|שתף|ציטוט",
    "hi": "उत्तर दें|जवाब दें|रिपोर्ट करें|पसंद|साझा करें",
    "id": "balas|laporkan|suka|bagikan|kutip|sunting",
    "vi": "trả lời|phản hồi|báo cáo|thích|chia sẻ|trích dẫn|sửa",
    "th": "ตอบกลับ|ตอบ|รายงาน|ถูกใจ|แชร์",
}

#: What stands beside times and is nobody's name.
NO_NAMES: frozenset[str] = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun updated update published "
    "posted modified created edited on at by et est edt pt pst pdt cst cdt gmt utc today yesterday date time comments "
    "comment home news's paper montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi "
    "vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo".split()
)

#: Where the comments end: the form, what is related, the page's foot. Searched at the start of a line.
ENDS: dict[str, str] = {
    "en": "leave a (?:reply|comment|response|note)|leave your (?:comment|reply|response)|leave comment|"
    "post (?:a |your )?(?:new )?comment|post (?:a )?reply|post a new|"
    "add (?:a |your |new )*comments?|submit (?:a |your )?comment|write a (?:comment|reply)|make a comment|"
    "have your say|join the (?:conversation|discussion)|speak your mind|your (?:comment|email|name|reply|turn)\\b|"
    "comment on this|to comment|name \\(?required|name:? ?\\*|name\\*|e-?mail (?:address )?\\(|mail \\(will not|"
    "you must (?:be|log|login|sign|register)|please (?:log ?in|sign in|login|register)|"
    "log ?in (?:or|to|with)|sign (?:in|up) (?:or|to|with)|comments (?:are|have been|for this \\w+ are) (?:now )?"
    "(?:closed|turned off|disabled)|comment(?:s|ing) (?:is|are) closed|would love your thoughts|subscribe to|"
    "trackbacks?\\b|pingbacks?\\b|trackback url|links? to this post|related (?:posts?|articles?|stories|content|links)|"
    "recent (?:posts|comments|entries|articles)|you may also like|you might also|more (?:from|in|on|stories)\\b|"
    "most (?:popular|read|viewed|commented|emailed)|popular posts|blog archive|archives\\b|categories\\b|tags\\b|"
    "copyright|©|\\(c\\) \\d{4}|all rights reserved|powered by|privacy policy|terms of (?:use|service)|contact us|"
    "about (?:me|us|the author)|newer posts?|older posts?|previous (?:post|article|story|entry)|next (?:post|article|story)|"
    "« |← |older comments|newer comments|create a link|notify me|enter your|type the|create an account|"
    "advertis|sponsored|back to top|follow us|search (?:this|the|for)|xhtml|you (?:can|may) use these|allowed html|"
    "html tags|no html|fill in your details|comment preview|remember (?:me|personal)|in this section|latest (?:news|posts)|"
    "(?:e-?mail|rss|feed|twitter|facebook)$|this entry was posted|filed under|posted in|sign up",
    "de": "schreibe einen kommentar|kommentar (?:schreiben|verfassen|hinterlassen|abgeben)|antwort (?:verfassen|"
    "hinterlassen)|hinterlasse einen|deine e-mail|name \\(?erforderlich|kommentare sind geschlossen|"
    "impressum|datenschutz|ähnliche (?:artikel|beiträge)|mehr zum thema|letzte (?:beiträge|kommentare)|"
    "du musst angemeldet|bitte melde dich",
    "fr": "laisser un commentaire|laissez un commentaire|poster un commentaire|ajouter un commentaire|votre adresse|"
    "nom \\(?obligatoire|les commentaires sont fermés|articles (?:récents|similaires)|mentions légales|"
    "à lire aussi|vous devez|connectez-vous|écrire un commentaire",
    "es": "deja (?:un comentario|una respuesta|tu comentario)|dejar un comentario|publicar un comentario|"
    "añadir comentario|escribe un comentario|tu dirección|nombre \\(?(?:requerido|obligatorio)|comentarios cerrados|"
    "los comentarios están cerrados|entradas recientes|artículos relacionados|aviso legal|debes (?:iniciar|estar)",
    "it": "lascia un (?:commento|risposta)|lascia una risposta|scrivi un commento|il tuo indirizzo|nome \\(?obblig|"
    "i commenti sono chiusi|articoli (?:recenti|correlati)|devi (?:essere|effettuare)|note legali",
    "pt": "deixe (?:um comentário|uma resposta|seu comentário)|deixar uma resposta|escreva um comentário|"
    "o seu endereço|comentários (?:encerrados|fechados)|posts recentes|artigos relacionados|você precisa|"
    "postar um comentário",
    "nl": "geef een reactie|laat een (?:reactie|antwoord)|plaats een reactie|reageer|je e-mailadres|"
    "reacties zijn gesloten|gerelateerde|recente berichten|je moet ingelogd",
    "sv": "lämna ett svar|lämna en kommentar|skriv en kommentar|din e-postadress|kommentarer (?:är )?stängda|"
    "relaterade|senaste inlägg",
    "da": "skriv et svar|skriv en kommentar|læg en kommentar|din e-mailadresse|der er lukket for kommentarer",
    "no": "legg igjen (?:en kommentar|et svar)|skriv en kommentar|din e-postadresse|kommentarfeltet er stengt",
    "pl": "dodaj komentarz|zostaw (?:komentarz|odpowiedź)|skomentuj|twój adres|możliwość komentowania|"
    "powiązane|ostatnie wpisy|musisz się zalogować",
    "cs": "napsat komentář|přidat (?:komentář|příspěvek)|zanechat|vaše (?:emailová|e-mailová)|související|"
    "komentáře jsou uzavřeny",
    "ru": "добавить комментарий|оставить (?:комментарий|ответ|отзыв)|написать комментарий|ваш (?:адрес|комментарий|"
    "e-mail)|комментарии закрыты|похожие|свежие записи|читайте также|для отправки комментария|войдите",
    "uk": "залишити (?:відповідь|коментар)|додати коментар|ваша e-mail|коментарі закриті|схожі|читайте також",
    "tr": "bir (?:cevap|yanıt|yorum) (?:yaz|bırak)|yorum (?:yap|yaz|gönder)|e-posta (?:hesabınız|adresiniz)|"
    "yorumlar kapalı|ilgili|son yazılar",
    "ro": "lasă un (?:răspuns|comentariu)|adaugă (?:un )?comentariu|adresa ta|comentariile sunt închise",
    "hu": "vélemény,? hozzászólás|hozzászólás (?:írása|küldése)|szólj hozzá|az e-mail|kapcsolódó",
    "fi": "vastaa$|jätä (?:kommentti|vastaus)|kirjoita kommentti|sähköpostiosoitettasi",
    "el": "αφήστε (?:μια απάντηση|ένα σχόλιο|σχόλιο)|γράψτε (?:ένα )?σχόλιο|δημοσίευση σχολίου|η ηλ\\. διεύθυνση",
    "ja": "コメントを残す|コメントする|コメントを(?:書く|投稿|どうぞ)|メールアドレスが|関連記事|トラックバック",
    "zh": "发表(?:评论|回复)|發表(?:評論|回應|迴響|留言)|发布评论|添加评论|您的(?:邮箱|電子)|相关文章|登录后|我要评论",
    "ko": "댓글 (?:남기기|달기|쓰기|작성)|답글 남기기|이메일은|관련 글|로그인",
    "ar": "اترك (?:تعليق|رد|تعليقا|تعليقاً)|أضف (?:تعليق|رد)|اكتب تعليق|لن يتم نشر|التعليقات مغلقة|مقالات",
    "fa": "دیدگاهتان را|پاسخ دهید|نظر (?:بدهید|شما)|ارسال نظر|نشانی ایمیل",
    "he": "השאר תגובה|כתיבת תגובה|הוסף תגובה|האימייל לא",
    "hi": "एक उत्तर दें|टिप्पणी (?:करें|लिखें|जोड़ें)|आपका ईमेल",
    "id": "tinggalkan (?:balasan|komentar)|tulis komentar|beri komentar|alamat email",
    "vi": "để lại (?:một )?(?:bình luận|phản hồi)|viết bình luận|gửi (?:bình luận|phản hồi)|email của bạn",
    "th": "แสดงความคิดเห็น|ใส่ความเห็น|เขียนความคิดเห็น|อีเมลของคุณ",
}

#: Lines between the heading and the first comment, and other chrome inside the comment part (whole lines).
CHROME: tuple[str, ...] = (
    "subscribe",
    "notify of",
    "guest",
    "oldest",
    "newest",
    "most voted",
    "newest most voted",
    "oldest first",
    "newest first",
    "inline feedbacks?",
    "view all comments",
    "sort by.*",
    "best",
    "top rated",
    "most recent",
    "most liked",
    "show all",
    "all comments",
    "view all",
    "rss feed for comments.*",
    "comments rss.*",
    "rss",
    "rss feed",
    "post a comment",
    "add a comment",
    "add comment",
    "leave a comment",
    "jump to comments",
    "order by.*",
    "loading\\.*",
    "comment",
    "avatar",
    "photo",
    "image",
    "\\(\\)",
    "x",
    "inline",
    "oldest newest.*",
    "feed for this entry.*",
    "trackback address.*",
    "read comments?",
    "view comments?",
    "hide comments?",
    "threaded",
    "linear",
    "login",
    "register",
    "sign in",
    "join",
    "start the discussion.*",
    "expand all",
    "collapse all",
    "recommended",
    "featured",
    "editor.s picks?",
    "all",
    "top comments?",
    "staff",
    "show",
    "view",
    "sortieren.*",
    "neueste.*",
    "älteste.*",
    "beliebteste.*",
    "trier par.*",
    "plus récents",
    "plus anciens",
    "ordenar por.*",
    "más recientes",
    "más antiguos",
    "ordina per.*",
    "più recenti",
    "più vecchi",
    "sorteer.*",
    "nieuwste.*",
    "oudste.*",
    "sortuj.*",
    "najnowsze",
    "najstarsze",
    "сначала новые",
    "сначала старые",
    "по умолчанию",
    "сортировка.*",
    "en yeni",
    "en eski",
    "新着順",
    "古い順",
    "最新",
    "最早",
    "最热",
    "인기순",
    "최신순",
)
