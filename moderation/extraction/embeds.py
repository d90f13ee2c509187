"""Comment systems that load their comments by a script: named in a warning when the page holds none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderation.extraction.markup import Element, select


@dataclass(frozen=True)
class Embed:
    """``signs`` in the page's source, and where the page may say how many comments there are."""

    name: str
    signs: tuple[str, ...]
    count: tuple[str, ...] = ()


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


def _fours(content: bytes, first: int = 0) -> npt.NDArray[np.intp]:
    """A number for the four bytes from every second place on. Other fours may share it: 16 bits are few."""
    # The places whose numbers can be divided by four, then those between them.
    whole = [np.frombuffer(content, "<u4", (len(content) - at) // 4, at) for at in (first, first + 2)]
    return (np.concatenate(whole) * np.uint32(2_654_435_761) >> np.uint32(16)).astype(np.intp)


_SIGNS = [(sign.encode(), embed) for embed in EMBEDS for sign in embed.signs]
#: A sign may begin at an even or an odd place of the page.
_SIGN_FOURS = [_fours(sign, first) for sign, _ in _SIGNS for first in (0, 1)]
_ALL_FOURS = np.concatenate(_SIGN_FOURS)
_OFFSETS = np.cumsum([0, *map(len, _SIGN_FOURS[:-1])])


def _possible(content: bytes) -> list[tuple[bytes, Embed]]:
    """The signs whose fours are on the page: one look at the page instead of one for each of the signs."""
    if len(content) < 4:
        return []
    there = np.zeros(1 << 16, dtype=np.bool_)
    there[_fours(content)] = True
    ways = np.logical_and.reduceat(there[_ALL_FOURS], _OFFSETS).reshape(-1, 2)
    return [_SIGNS[at] for at in np.flatnonzero(ways.any(axis=1)).tolist()]


def detect(source: bytes, root: Element) -> tuple[str, int | None] | None:
    """(name, declared count or None) of the first embed whose signs are in the page, ``source`` in UTF-8."""
    for sign, embed in _possible(source):
        if sign in source:
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
