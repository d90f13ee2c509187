"""Sites, scorers and a browser for the WordPress tests.

Nothing here skips: a partner that is missing fails the run, and `tests/partners/install.sh` installs it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from perspective_double import PerspectiveDouble
from wordpress_sites import Site, debian_site, playground_site

BUILDERS = {"wordpress-6.1-mariadb": debian_site, "wordpress-6.6-sqlite": playground_site}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.partners)


@pytest.fixture(scope="session", params=BUILDERS)
def running_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp(request.param)
    site = BUILDERS[request.param](folder)
    try:
        site.install_plugin()
        site.php("""
            activate_plugin( 'comment-moderation/comment-moderation.php' );
            update_option( 'comment_previously_approved', '0' );
            update_option( 'test_feedback_delay', 0 );
            return get_option( 'active_plugins' );
        """)
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def scorer() -> Iterator[PerspectiveDouble]:
    double = PerspectiveDouble()
    double.start()
    yield double
    double.stop()


@dataclass
class Blog:
    """One site, as its visitors and its moderators use it."""

    site: Site
    post_id: int
    moderator: tuple[str, str]

    def settings(self, **changes: Any) -> None:
        """Changes settings, as the settings page would save them."""
        import json

        self.site.php(
            f"""
            $changes = json_decode( {json.dumps(json.dumps(changes)).replace("$", chr(92) + "$")}, true );
            update_option( 'cmod_settings', array_merge( (array) get_option( 'cmod_settings', array() ), $changes ) );
            return true;
            """
        )

    def form(self, text: str, *, author: str = "Ada", email: str = "ada@example.org", timeout: float = 60) -> int:
        """Posts by the form. Returns the comment's id."""
        fields = {"comment": text, "author": author, "email": email, "comment_post_ID": str(self.post_id)}
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


@pytest.fixture
def unconfigured(running_site: Site) -> Blog:
    """A site with the plugin active, no comments, no settings."""
    running_site.log.unlink(missing_ok=True)
    made = running_site.php("""
        global $wpdb;
        foreach ( get_comments( array( 'status' => 'any', 'fields' => 'ids' ) ) as $id ) {
            wp_delete_comment( $id, true );
        }
        foreach ( array( 'cmod_settings', 'cmod_breaker', 'cmod_rescoring', 'cmod_rescoring_progress' ) as $option ) {
            delete_option( $option );
        }
        wp_clear_scheduled_hook( 'cmod_tick' );
        update_option( 'test_feedback_delay', 0 );
        update_option( 'comment_moderation', '0' );
        update_option( 'disallowed_keys', '' );
        $post = get_posts( array( 'numberposts' => 1, 'post_status' => 'publish' ) )[0]->ID;
        WP_Application_Passwords::delete_all_application_passwords( 1 );
        list( $password ) = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'tests' ) );
        return array( 'post' => $post, 'login' => get_user_by( 'id', 1 )->user_login, 'password' => $password );
    """)
    return Blog(running_site, made["post"], (made["login"], made["password"]))


@pytest.fixture
def blog(unconfigured: Blog, scorer: PerspectiveDouble) -> Iterator[Blog]:
    """A site that asks ``scorer``. Afterwards no PHP warning of the plugin may be in WordPress's log."""
    unconfigured.settings(url=scorer.url, cooldown=60, timeout=1.0)
    yield unconfigured
    log = unconfigured.site.log
    complaints = [line for line in log.read_text().splitlines() if "comment-moderation/" in line] if log.exists() else []
    assert complaints == []
