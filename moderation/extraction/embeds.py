"""Comment systems that load their comments by a script: named in a warning when the page holds none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from moderation.extraction.markup import Element, select


@dataclass(frozen=True)
class Embed:
    """``signs`` in the page's source, and where the page may say how many comments there are."""

    name: str
    signs: tuple[str, ...]
    count: tuple[str, ...] = ()

    @cached_property
    def word(self) -> str:
        """The longest words that all signs share: one search of the page instead of several."""
        first = self.signs[0]
        parts = {first[a:b] for a in range(len(first)) for b in range(a, len(first) + 1)}
        return max((p for p in parts if all(p in sign for sign in self.signs)), key=len)


EMBEDS: tuple[Embed, ...] = (
    Embed("Disqus", ('id="disqus_thread"', "id='disqus_thread'", ".disqus.com/embed.js"),
          (".disqus-comment-count", "#disqus-comment-count", "a[href*=#disqus_thread]")),
    Embed("Isso", ('id="isso-thread"', "data-isso=")),
    Embed("Discourse", ("discourse-comments", "DiscourseEmbed")),
    Embed("Remark42", ('id="remark42"', "remark_config")),
    Embed("Commento", ('id="commento"', "commento.js")),
    Embed("Comentario", ("<comentario-comments", "comentario.js")),
    Embed("Cusdis", ('id="cusdis_thread"',)),
    Embed("Hyvor Talk", ("<hyvor-talk-comments", "talk.hyvor.com")),
    Embed("Giscus", ("giscus.app/client.js",)),
    Embed("Utterances", ("utteranc.es/client.js",)),
    Embed("Facebook comments", ('class="fb-comments"', "<fb:comments"), (".fb_comments_count", ".fb-comments-count")),
    Embed("Livefyre", ("livefyre.com/wjs", "fyre.conv.load", "livefyre-comments"), (".livefyre-commentcount",)),
    Embed("IntenseDebate", ("intensedebate.com/js",)),
    Embed("Jetpack comments", ("jetpack_remote_comment", "jetpack-comment")),
    Embed("OpenWeb", ("launcher.spot.im", "data-spotim-module", "data-spot-im"), ("[data-spotim-module=messages-count]",)),
    Embed("Viafoura", ("cdn.viafoura.net", "<vf-conversations", "vf-comments-count")),
    Embed("Coral", ("Coral.createStreamEmbed", 'id="coral_thread"', "coral-talk-stream"), (".coral-count",)),
    Embed("Hypercomments", ("hypercomments_widget",)),
    Embed("Cackle", ('id="mc-container"',)),
    Embed("VK comments", ("vk_comments", "VK.Widgets.Comments")),
    Embed("Echo / JS-Kit", ("js-kit.com/comments", "js-kit-comments")),
    Embed("Substack", ("substackcdn.com",)),
    Embed("Ghost comments", ("data-ghost-comments", "comments-ui.min.js")),
    Embed("Waline", ("waline.init", "@waline/client")),
    Embed("Twikoo", ("twikoo.init",)),
    Embed("Gitalk", ("new Gitalk",)),
)  # fmt: skip
_NUMBER = re.compile(r"\d[\d.,]*")
#: Counters are trusted only when a number is all they hold but a word or two.
_MAX_COUNTER = 40


def detect(source: str, root: Element) -> tuple[str, int | None] | None:
    """(name, declared count or None) of the first embed whose signs are in the page."""
    for embed in EMBEDS:
        if embed.word in source and any(sign in source for sign in embed.signs):
            return embed.name, _count(embed, root)
    return None


def _count(embed: Embed, root: Element) -> int | None:
    for selector in embed.count:
        for element in select(root, selector):
            words = " ".join(element.itertext()).strip()
            found = _NUMBER.findall(words)
            if len(words) <= _MAX_COUNTER and len(found) == 1:
                return int(re.sub(r"\D", "", found[0])[:9])
    return None
