"""Sites and scorers for the WordPress tests."""

from __future__ import annotations

import functools
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "clients"))

from perspective_double import PerspectiveDouble
from wordpress_blog import Blog
from wordpress_sites import Site, debian_site, playground_site

BUILDERS = {
    "wordpress-6.1-mariadb": debian_site,
    "wordpress-6.6-sqlite": playground_site,
    "wordpress-6.6-php-7.4": functools.partial(playground_site, php_version="7.4"),
    "wordpress-6.6-php-8.3": functools.partial(playground_site, php_version="8.3"),
}
#: Where every test runs; those that name ``SITES`` of their own run there.
USUAL = ["wordpress-6.1-mariadb", "wordpress-6.6-sqlite"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "running_site" in metafunc.fixturenames:
        sites = getattr(metafunc.module, "SITES", USUAL)
        metafunc.parametrize("running_site", sites, indirect=True, scope="session")


@pytest.fixture(scope="session")
def running_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp(request.param)
    # A run that is told to stop must stop its servers too.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
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
        signal.signal(signal.SIGTERM, before)
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def scorer() -> Iterator[PerspectiveDouble]:
    double = PerspectiveDouble()
    double.start()
    yield double
    double.stop()


@pytest.fixture
def unconfigured(running_site: Site) -> Blog:
    """A site with the plugin active, no comments, no settings."""
    running_site.log.unlink(missing_ok=True)
    if not running_site.plugin.exists():  # the test that deletes it may have failed half-way
        running_site.install_plugin()
    made = running_site.php("""
        activate_plugin( 'comment-moderation/comment-moderation.php' );
        global $wpdb;
        foreach ( get_comments( array( 'status' => 'any', 'fields' => 'ids' ) ) as $id ) {
            wp_delete_comment( $id, true );
        }
        $options = array( 'cmod_settings', 'cmod_breaker', 'cmod_rescoring', 'cmod_rescoring_progress' );
        foreach ( $options as $option ) {
            delete_option( $option );
        }
        wp_clear_scheduled_hook( 'cmod_tick' );
        update_option( 'test_feedback_delay', 0 );
        update_option( 'comment_moderation', '0' );
        update_option( 'disallowed_keys', '' );
        $post = get_posts( array( 'numberposts' => 1, 'post_status' => 'publish' ) )[0]->ID;
        WP_Application_Passwords::delete_all_application_passwords( 1 );
        $made  = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'tests' ) );
        $login = get_user_by( 'id', 1 )->user_login;
        return array( 'post' => $post, 'login' => $login, 'password' => $made[0] );
    """)
    return Blog(running_site, made["post"], (made["login"], made["password"]))


@pytest.fixture
def blog(unconfigured: Blog, scorer: PerspectiveDouble) -> Iterator[Blog]:
    """A site that asks ``scorer``. Afterwards no PHP warning of the plugin may be in WordPress's log."""
    unconfigured.settings(url=scorer.url, cooldown=60, timeout=1.0)
    yield unconfigured
    log = unconfigured.site.log
    complaints = (
        [line for line in log.read_text().splitlines() if "comment-moderation/" in line]
        if log.exists()
        else []
    )
    assert complaints == []
