"""What visitors and moderators do on a site, and what a test wants to know of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from wordpress_sites import Site


@dataclass
class Blog:
    """One site, as its visitors and its moderators use it."""

    site: Site
    post_id: int
    moderator: tuple[str, str]

    def settings(self, **changes: Any) -> None:
        """Changes settings, as the settings page would save them."""
        self.site.php(
            f"""
            $changes = json_decode( {json.dumps(json.dumps(changes)).replace("$", chr(92) + "$")}, true );
            $old = (array) get_option( 'cmod_settings', array() );
            update_option( 'cmod_settings', array_merge( $old, $changes ) );
            return true;
            """
        )

    def form(
        self,
        text: str,
        *,
        author: str = "Ada",
        email: str = "ada@example.org",
        timeout: float = 60,
        **more: str,
    ) -> int:
        """Posts by the form; ``more`` are further fields of it. Returns the comment's id."""
        fields = {"comment": text, "author": author, "email": email, "comment_post_ID": str(self.post_id)}
        fields |= more
        answer = httpx.post(f"{self.site.url}/wp-comments-post.php", data=fields, timeout=timeout)
        assert answer.status_code == 302, answer.text
        target = urlsplit(answer.headers["location"])
        query = parse_qs(target.query)
        found = query.get("unapproved") or re.findall(r"comment-(\d+)", target.fragment)
        return int(found[0])

    def rest(self, text: str, *, author: str = "Ada", email: str = "ada@example.org", **more: Any) -> int:
        """Posts through the REST interface, without an account. Returns the comment's id."""
        body = {"post": self.post_id, "content": text, "author_name": author, "author_email": email, **more}
        answer = httpx.post(f"{self.site.url}/?rest_route=/wp/v2/comments", json=body, timeout=60)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def moderate(self, comment: int, status: str) -> None:
        """A moderator's verdict through the REST interface: approve, hold, spam or trash."""
        url = f"{self.site.url}/?rest_route=/wp/v2/comments/{comment}"
        answer = httpx.post(url, json={"status": status}, auth=self.moderator, timeout=60)
        assert answer.status_code == 200, answer.text

    def comment(self, comment: int) -> dict[str, Any]:
        """Status and what the plugin keeps of a comment."""
        return self.site.php(
            f"""
            $meta = array();
            foreach ( get_comment_meta( {comment} ) as $key => $values ) {{
                $meta[ $key ] = maybe_unserialize( $values[0] );
            }}
            return array(
                'status' => wp_get_comment_status( {comment} ),
                'text'   => get_comment( {comment} )->comment_content,
                'meta'   => (object) $meta,
            );
            """
        )

    def status(self, comment: int) -> str:
        return self.site.php(f"return wp_get_comment_status( {comment} );")

    def cookies(self, user: str = "admin") -> dict[str, str]:
        """The cookies of a login."""
        made = self.site.php(f"""
            $id    = get_user_by( 'login', '{user}' )->ID;
            $until = time() + DAY_IN_SECONDS;
            $token = WP_Session_Tokens::get_instance( $id )->create( $until );
            return array(
                AUTH_COOKIE      => wp_generate_auth_cookie( $id, $until, 'auth', $token ),
                LOGGED_IN_COOKIE => wp_generate_auth_cookie( $id, $until, 'logged_in', $token ),
            );
        """)
        return {name: quote(value) for name, value in made.items()}
