"""A WordPress whose first post carries the conversation, posted as visitors and its author post it."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from conversation import CONVERSATION, POST, STORY, Said
from wordpress_blog import Blog
from wordpress_sites import DEBIAN, Site

LAYOUTS = Path(__file__).parent / "php" / "test-layouts.php"
#: Debian packages this one; Playground's build carries block themes only.
CLASSIC = "twentytwentyone"
#: A zone that differs from UTC and from the machine's own.
ZONE = "Asia/Kolkata"


class FilledWordPress:
    """The site, the ids of its comments by their names, and what it says of them itself."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.ids: dict[str, int] = {}
        self._pages: dict[str, str] = {}
        shutil.copy(LAYOUTS, site.root / "wp-content" / "mu-plugins" / LAYOUTS.name)
        theme = site.root / "wp-content" / "themes" / CLASSIC
        if not theme.exists():
            shutil.copytree(DEBIAN / "wp-content" / "themes" / CLASSIC, theme)
        post = json.dumps({"title": POST, "story": "\n\n".join(STORY)})
        made = site.php(f"""
            $post = json_decode( '{post}', true );
            update_option( 'comment_previously_approved', '0' );
            update_option( 'comment_moderation', '0' );
            update_option( 'comments_notify', '0' );
            update_option( 'page_comments', '0' );
            update_option( 'posts_per_rss', '50' );
            update_option( 'timezone_string', '{ZONE}' );
            $GLOBALS['wp_rewrite']->set_permalink_structure( '/%postname%/' );
            $GLOBALS['wp_rewrite']->flush_rules();
            wp_update_user( array( 'ID' => 1, 'display_name' => 'The Gazette' ) );
            $id = wp_insert_post( array( 'post_title' => $post['title'], 'post_content' => $post['story'],
                'post_name' => 'ferry', 'post_status' => 'publish', 'post_author' => 1, 'ping_status' => 'open',
                'comment_status' => 'open' ), true );
            $made = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'tests' ) );
            return array( 'post' => $id, 'url' => get_permalink( $id ), 'password' => $made[0],
                'login' => get_user_by( 'id', 1 )->user_login );
        """)
        self.blog = Blog(site, made["post"], (made["login"], made["password"]))
        self.url: str = made["url"]

    def fill(self) -> None:
        for said in CONVERSATION:
            self.ids[said.name] = self._as_author(said) if said.by_author else self._as_visitor(said)
            self._change(self.ids[said.name], date_gmt=f"{said.time:%Y-%m-%dT%H:%M:%S}")
        self._trackback()
        held = self.blog.form("Nobody has approved this yet.", author="Held")
        self._change(held, status="hold")

    def _as_visitor(self, said: Said) -> int:
        parent = {"comment_parent": str(self.ids[said.under])} if said.under else {}
        return self.blog.form(said.html or said.shown, author=said.author, email=said.email, **parent)

    def _as_author(self, said: Said) -> int:
        body = {"post": self.blog.post_id, "content": said.html or said.shown}
        if said.under:
            body["parent"] = self.ids[said.under]
        answer = httpx.post(self._rest("comments"), json=body, auth=self.blog.moderator, timeout=120)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def _trackback(self) -> None:
        """Another site's notice of a link, which themes print among the comments."""
        fields = {
            "url": "https://elsewhere.example/1",
            "title": "Elsewhere",
            "blog_name": "Elsewhere",
            "excerpt": "Boats, and how they are late.",
        }
        answer = httpx.post(f"{self.url}trackback/", data=fields, timeout=120)
        assert "<error>0</error>" in answer.text, answer.text

    def _change(self, comment: int, **fields: Any) -> None:
        url = self._rest(f"comments/{comment}")
        answer = httpx.post(url, json=fields, auth=self.blog.moderator, timeout=120)
        assert answer.status_code == 200, answer.text

    def _rest(self, path: str) -> str:
        return f"{self.site.url}/?rest_route=/wp/v2/{path}"

    def owner_sets(self, theme: str, **options: Any) -> None:
        """The theme and, of WordPress's options, those that say how comments are shown."""
        usual = {"test_xhtml": 0, "test_comment_style": "", "page_comments": 0, "comments_per_page": 50}
        usual |= {"comment_order": "asc", "default_comments_page": "newest", "thread_comments_depth": 5}
        self.site.php(f"""
            if ( ! wp_get_theme( '{theme}' )->exists() ) {{ throw new Exception( 'no theme {theme}' ); }}
            switch_theme( '{theme}' );
            foreach ( json_decode( '{json.dumps(usual | options)}', true ) as $name => $value ) {{
                update_option( $name, $value );
            }}
            return true;
        """)

    def page(self, theme: str, options: dict[str, Any]) -> str:
        """The post as it is shown so; nothing is posted after ``fill``, so each form is asked for once."""
        form = json.dumps([theme, options])
        if form not in self._pages:
            self.owner_sets(theme, **options)
            answer = httpx.get(self.url, timeout=120)
            assert answer.status_code == 200
            self._pages[form] = answer.text
        return self._pages[form]

    def feed(self, kind: str) -> bytes:
        """The post's comments as a feed: ``rss2`` or ``atom``."""
        answer = httpx.get(f"{self.url}feed/{kind}/", timeout=120)
        assert answer.status_code == 200
        return answer.content

    def link(self, said: Said) -> str:
        """A comment's address as WordPress itself gives it."""
        return str(self._known[self.ids[said.name]]["link"])

    def local(self, said: Said) -> datetime:
        """When a comment was written by the site's own clock, without a zone."""
        return datetime.fromisoformat(self._known[self.ids[said.name]]["date"])

    @cached_property
    def _known(self) -> dict[int, dict[str, Any]]:
        """All comments as WordPress's own interface gives them."""
        url = self._rest(f"comments&per_page=100&post={self.blog.post_id}")
        return {entry["id"]: entry for entry in httpx.get(url, timeout=120).json()}
