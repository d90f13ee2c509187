"""A network of sites (multisite): each has its own settings, scores and scheduled work, and none is left dirty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import httpx
import pytest
from perspective_double import PerspectiveDouble
from wordpress_blog import Blog
from wordpress_sites import Site, debian_site, playground_site

KIND, RUDE = "What a lovely garden.", "What an idiot."
NAME = "comment-moderation/comment-moderation.php"
PATHS = ["", "/second", "/third"]
BUILDERS = {"wordpress-6.1-mariadb": debian_site, "wordpress-6.6-sqlite": playground_site}

#: All that the plugin has on the site that is switched to, by table.
LEFT = """
    global $wpdb;
    $left = array();
    foreach ( get_sites( array( 'fields' => 'ids' ) ) as $id ) {
        switch_to_blog( $id );
        $left[] = array(
            (int) $wpdb->get_var( "SELECT COUNT(*) FROM $wpdb->options WHERE option_name LIKE '%cmod%'" ),
            (int) $wpdb->get_var( "SELECT COUNT(*) FROM $wpdb->commentmeta WHERE meta_key LIKE '%cmod%'" ),
            (int) ( false !== wp_next_scheduled( 'cmod_tick' ) ),
        );
        restore_current_blog();
    }
    return $left;
"""


@pytest.fixture(scope="module", params=BUILDERS)
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("network")
    site = BUILDERS[request.param](folder)
    try:
        site.make_network()
        for path in PATHS[1:]:
            make_site(site, path)
        site.install_plugin()
        yield site
    finally:
        site.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _host(site: Site) -> str:
    return f"127.0.0.1:{site.port}"


def make_site(network: Site, path: str) -> int:
    """A new site of the network; its number. WordPress would take the colon before the port out of the name."""
    return network.php(f"""
        add_filter( 'sanitize_user', function () {{ return '{_host(network)}'; }} );
        return wpmu_create_blog( '{_host(network)}', '{path}/', 'Another', 1 );
    """)


@pytest.fixture
def blogs(network: Site) -> Iterator[list[Blog]]:
    """The network's sites, first the main one. The plugin is installed, active nowhere and has never run."""
    network.php("return is_multisite() || wp_die( 'no network' );")
    network.log.unlink(missing_ok=True)
    found = []
    for path in PATHS:
        made = network.at(path).php("""
            foreach ( get_comments( array( 'status' => 'any', 'fields' => 'ids' ) ) as $id ) {
                wp_delete_comment( $id, true );
            }
            update_option( 'comment_previously_approved', '0' );
            $made = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => uniqid() ) );
            $post = get_posts( array( 'numberposts' => 1, 'post_status' => 'publish' ) )[0]->ID;
            return array( $post, get_user_by( 'id', 1 )->user_login, $made[0], home_url(), get_current_blog_id() );
        """)
        assert made[3] == f"http://{_host(network)}{path}"
        found.append(Blog(network.at(path), made[0], (made[1], made[2])))
    yield found
    uninstall(network, PATHS)
    network.install_plugin()
    complaints = network.log.read_text().splitlines() if network.log.exists() else []
    assert [line for line in complaints if "comment-moderation/" in line] == []


def activate(site: Site, network_wide: bool) -> None:
    wide = "true" if network_wide else "false"
    assert site.php(f"return activate_plugin( '{NAME}', '', {wide} );") is None


def uninstall(site: Site, paths: list[str]) -> None:
    """As the network's administrator does it: deactivate, delete."""
    for path in paths:
        site.at(path).php(f"deactivate_plugins( '{NAME}', false, null ); return 1;")
    site.php(f"return file_exists( WP_PLUGIN_DIR . '/{NAME}' ) ? delete_plugins( array( '{NAME}' ) ) : null;")


def test_network_wide_each_site_has_its_own_settings(blogs: list[Blog], scorer: PerspectiveDouble) -> None:
    main, second, third = blogs
    activate(main.site, network_wide=True)
    second.settings(url=scorer.url, timeout=1.0, community_id="second")
    third.settings(url=scorer.url, timeout=1.0, thresholds={"INSULT": {"hold": None, "spam": 0.9}})
    assert [blog.status(blog.form(RUDE)) for blog in blogs] == ["approved", "unapproved", "spam"]
    assert [blog.status(blog.form(KIND)) for blog in blogs] == ["approved"] * 3
    assert second.status(second.rest(RUDE)) == "unapproved"
    assert [request.body.get("communityId") for request in scorer.analyzed()].count("second") == 3
    assert main.site.php("return get_option( 'cmod_settings', 'none' );") == "none"


def test_one_site_alone(blogs: list[Blog], scorer: PerspectiveDouble) -> None:
    second = blogs[1]
    activate(second.site, network_wide=False)
    for blog in blogs:
        blog.settings(url=scorer.url, timeout=1.0)
    assert [blog.status(blog.form(RUDE)) for blog in blogs] == ["approved", "unapproved", "approved"]
    assert len(scorer.analyzed()) == 1


def test_a_site_made_later_has_the_plugin_too(blogs: list[Blog], scorer: PerspectiveDouble) -> None:
    main = blogs[0]
    activate(main.site, network_wide=True)
    made = make_site(main.site, "/fourth")
    try:
        fourth = Blog(main.site.at("/fourth"), 1, main.moderator)
        fourth.site.php("return update_option( 'comment_previously_approved', '0' );")
        fourth.settings(url=scorer.url, timeout=1.0)
        assert fourth.status(fourth.form(RUDE)) == "unapproved"
    finally:
        main.site.php(f"return wp_delete_site( {made} )->domain;")


def test_a_dead_scorer_and_the_work_of_each_site(blogs: list[Blog], scorer: PerspectiveDouble) -> None:
    main, second, third = blogs
    activate(main.site, network_wide=True)
    for blog in blogs:
        blog.settings(url=scorer.url, timeout=1.0, on_failure="hold_rescore")
    scorer.stop()
    held = [blog.form(KIND) for blog in (second, third)]
    assert [second.status(held[0]), third.status(held[1])] == ["unapproved"] * 2
    scorer.start()
    for blog in (second, third):
        blog.site.php("delete_option( 'cmod_breaker' ); return CommentModeration\\Queue::hurry();")
    main.site.cron()
    assert [second.status(held[0]), third.status(held[1])] == ["unapproved"] * 2
    second.site.cron()
    assert [second.status(held[0]), third.status(held[1])] == ["approved", "unapproved"]
    # A verdict of a moderator of the third site goes with the third site's work.
    third.moderate(third.form(RUDE), "trash")
    third.site.cron()
    assert third.status(held[1]) == "approved"
    assert len(scorer.suggested()) == 1


@pytest.mark.parametrize("network_wide", [True, False], ids=["network-wide", "one-site"])
def test_what_waited_is_taken_up_again_after_a_pause(
    blogs: list[Blog], scorer: PerspectiveDouble, network_wide: bool
) -> None:
    second = blogs[1]
    there = blogs[0] if network_wide else second
    activate(there.site, network_wide)
    second.settings(url=scorer.url, timeout=1.0)
    scorer.stop()
    held = second.form(KIND)
    scheduled = "return false !== wp_next_scheduled( 'cmod_tick' );"
    assert second.site.php(scheduled) is True
    there.site.php(f"return deactivate_plugins( '{NAME}' );")
    assert second.site.php(scheduled) is False
    scorer.start()
    second.site.php("return delete_option( 'cmod_breaker' );")
    activate(there.site, network_wide)
    assert second.site.php(scheduled) is True
    second.site.cron()
    assert second.status(held) == "approved"


def test_the_owner_of_one_site_cannot_point_the_server_elsewhere(
    blogs: list[Blog], scorer: PerspectiveDouble
) -> None:
    second = blogs[1]
    activate(blogs[0].site, network_wide=True)
    second.settings(url=scorer.url, timeout=1.0)
    second.site.php("""
        $id = username_exists( 'owner' );
        $id = $id ? $id : wpmu_create_user( 'owner', 'password', 'owner@example.org' );
        return add_user_to_blog( get_current_blog_id(), $id, 'administrator' );
    """)
    page = f"{second.site.url}/wp-admin/options-general.php?page=comment-moderation"
    save = """
        wp_set_current_user( get_user_by( 'login', '%s' )->ID );
        CommentModeration\\Settings_Page::register();
        update_option( 'cmod_settings', CommentModeration\\Settings::sanitize(
            array( 'url' => 'http://127.0.0.1:1', 'timeout' => '%d' ) ) );
        return array( CommentModeration\\Settings::get( 'url' ), CommentModeration\\Settings::get( 'timeout' ) );
    """
    load = "require_once WP_PLUGIN_DIR . '/comment-moderation/includes/class-settings-page.php';"
    shown = {}
    for user in ("owner", "admin"):
        answer = httpx.get(page, cookies=second.cookies(user), timeout=60)
        assert answer.status_code == 200
        (shown[user],) = [line for line in answer.text.split("<tr") if 'id="cmod-url"' in line]
    assert "readonly" in shown["owner"]
    assert "readonly" not in shown["admin"]
    assert second.site.php(load + save % ("owner", 3)) == [scorer.url, 3]
    assert second.site.php(load + save % ("admin", 4)) == ["http://127.0.0.1:1", 4]


def test_deleting_it_leaves_nothing_on_any_site(blogs: list[Blog], scorer: PerspectiveDouble) -> None:
    main, _, third = blogs
    activate(main.site, network_wide=True)
    for blog in blogs:
        blog.settings(url=scorer.url, timeout=1.0)
        blog.form(RUDE)
    scorer.stop()
    for blog in blogs:
        blog.form(KIND)
        blog.site.php("return CommentModeration\\Rescoring::start( 'all' );")
    before = main.site.php(LEFT)
    assert all(options >= 4 and meta >= 2 and tick for options, meta, tick in before), before
    main.site.php(
        f"return update_blog_status( {third.site.php('return get_current_blog_id();')}, 'archived', 1 );"
    )
    try:
        uninstall(main.site, [""])
        assert not main.site.plugin.exists()
        assert main.site.php(LEFT) == [[0, 0, 0]] * 3
    finally:
        main.site.php(
            "foreach ( get_sites() as $s ) { update_blog_status( $s->blog_id, 'archived', 0 ); } return 1;"
        )
