"""The admin area in Chromium: settings, comments list, installing and deleting the plugin."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from perspective_double import PerspectiveDouble
from playwright.sync_api import Browser, Page, expect
from wordpress_blog import Blog
from wordpress_sites import PLUGIN

#: Milliseconds. Generous: a machine that runs other tests at the same time is slow.
PATIENCE = 45_000


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    tab = context.new_page()
    # WordPress itself asks before it deletes; anything in a comment that asks would be seen by the tests.
    tab.on("dialog", lambda dialog: dialog.accept())
    yield tab
    context.close()


def log_in(page: Page, blog: Blog, user: str = "admin") -> None:
    """Gives the browser the cookies of a login."""
    jar = [{"name": name, "value": value, "url": blog.site.url} for name, value in blog.cookies(user).items()]
    page.context.add_cookies(jar)  # type: ignore[arg-type]


def settings(page: Page, blog: Blog) -> None:
    page.goto(f"{blog.site.url}/wp-admin/options-general.php?page=comment-moderation")


def test_an_owner_sets_it_up_and_a_visitor_comments(
    unconfigured: Blog, scorer: PerspectiveDouble, page: Page, browser: Browser
) -> None:
    blog = unconfigured
    log_in(page, blog)
    settings(page, blog)
    page.click("#cmod-test")
    expect(page.locator("#cmod-test-result.cmod-bad")).to_contain_text("Type the address")
    page.fill("#cmod-url", f"{scorer.url}/v1alpha1/comments:analyze")
    page.fill("#cmod-api_key", "sesame-123")
    page.click("#cmod-test")
    expect(page.locator("#cmod-test-result.cmod-good")).to_contain_text(
        re.compile(r"It works.*toxicity 0\.93")
    )
    assert scorer.seen[-1].headers["X-goog-api-key"] == "sesame-123"
    page.fill("#cmod-INSULT-hold", "")
    page.fill("#cmod-THREAT-spam", "0.95")
    page.click("input[name='cmod_settings[on_failure]'][value=pass]")
    page.uncheck("#cmod-exempt_moderators")
    page.click("#submit")
    expect(page.locator("#setting-error-settings_updated")).to_be_visible()
    saved = blog.site.php("return get_option( 'cmod_settings' );")
    assert saved["url"] == scorer.url
    assert saved["api_key"] == "sesame-123"
    assert saved["thresholds"]["INSULT"] == {"hold": None, "spam": None}
    assert saved["thresholds"]["THREAT"] == {"hold": 0.8, "spam": 0.95}
    assert saved["thresholds"]["TOXICITY"] == {"hold": 0.8, "spam": None}
    assert (saved["on_failure"], saved["exempt_moderators"]) == ("pass", False)
    assert "sesame" not in page.content()

    visitor = browser.new_page()
    visitor.set_default_timeout(PATIENCE)
    visitor.goto(f"{blog.site.url}/?p={blog.post_id}")
    visitor.fill("#comment", "Only an idiot plants roses.")
    visitor.fill("#author", "Ada")
    visitor.fill("#email", "ada@example.org")
    visitor.click("#commentform [type=submit]")
    expect(visitor.get_by_text("awaiting moderation")).to_be_visible()
    visitor.close()

    # Saved again without typing the key: it is kept. Then forgotten on request.
    settings(page, blog)
    page.click("#submit")
    expect(page.locator("#setting-error-settings_updated")).to_be_visible()
    assert blog.site.php("return get_option( 'cmod_settings' )['api_key'];") == "sesame-123"
    page.check("input[name='cmod_settings[forget_api_key]']")
    page.click("#submit")
    expect(page.locator("#setting-error-settings_updated")).to_be_visible()
    assert blog.site.php("return get_option( 'cmod_settings' )['api_key'];") == ""


def test_what_is_wrong_with_the_connection_is_said(blog: Blog, scorer: PerspectiveDouble, page: Page) -> None:
    blog.settings(api_key="sesame-123")
    log_in(page, blog)
    settings(page, blog)
    result = page.locator("#cmod-test-result.cmod-bad")
    for mode, said in [("403", "403"), ("html", "not JSON"), ("hang", "timed out")]:
        scorer.mode = mode
        page.click("#cmod-test")
        expect(result).to_contain_text(said)
        assert "sesame" not in result.inner_text()
    scorer.stop()
    page.click("#cmod-test")
    expect(result).to_contain_text("onnect")


def test_bad_settings_are_refused_and_the_rest_is_saved(
    blog: Blog, scorer: PerspectiveDouble, page: Page
) -> None:
    log_in(page, blog)
    settings(page, blog)
    page.fill("#cmod-community_id", "roses <b>")
    page.evaluate(
        """() => {
            document.querySelector('form[action="options.php"]').noValidate = true;
            const typed = [['url', 'ftp://example.org'], ['TOXICITY-hold', '1.5'], ['timeout', '99']];
            for (const [id, value] of typed) {
                document.getElementById('cmod-' + id).type = 'text';
                document.getElementById('cmod-' + id).value = value;
            }
        }"""
    )
    page.click("#submit")
    expect(page.locator(".settings-error").first).to_be_visible()
    errors = page.locator(".settings-error").all_inner_texts()
    assert any("http://" in e for e in errors)
    assert any("toxicity" in e for e in errors)
    saved = blog.site.php("return get_option( 'cmod_settings' );")
    assert saved["url"] == scorer.url
    assert saved["thresholds"]["TOXICITY"]["hold"] == 0.8
    assert saved["timeout"] == 10
    assert saved["community_id"] == "roses"


def test_the_comments_list_shows_score_reason_and_words(
    blog: Blog, scorer: PerspectiveDouble, page: Page
) -> None:
    rude = blog.form("😀 <b>Look</b> here: only an idiot & <script>alert(1)</script> plants roses.")
    kind = blog.form("What a lovely garden.")
    other = blog.form("Et voilà un commentaire.")
    scorer.stop()
    late = blog.form("Posted while it was down.")
    log_in(page, blog)
    alerts: list[str] = []
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    page.goto(f"{blog.site.url}/wp-admin/edit-comments.php")
    cell = page.locator(f"#comment-{rude} .column-cmod")
    expect(cell.locator(".cmod-score")).to_contain_text("insult 0.95")
    assert cell.locator(".cmod-reasons li").all_inner_texts() == [
        "insult: 0.95, threshold 0.85",
        "toxicity: 0.93, threshold 0.80",
    ]
    assert cell.locator("mark").all_inner_texts() == ["idiot"]
    expect(cell.locator(".cmod-found")).to_contain_text("Look here: only an idiot & alert(1) plants roses.")
    expect(page.locator(f"#comment-{kind} .column-cmod")).to_contain_text("0.02")
    expect(page.locator(f"#comment-{kind} .column-cmod mark")).to_have_count(0)
    expect(page.locator(f"#comment-{other} .column-cmod")).to_contain_text("does not know this language")
    expect(page.locator(f"#comment-{late} .column-cmod")).to_contain_text("could not be reached")
    expect(page.locator(".cmod-notice")).to_contain_text("1 comment waits to be scored")
    assert alerts == []

    # Sorted by score, those without one last.
    page.click("thead th.column-cmod a")
    page.wait_for_url("**orderby=cmod**")
    order = [row.get_attribute("id") for row in page.locator("#the-comment-list tr").all()]
    assert order[:2] == [f"comment-{rude}", f"comment-{kind}"]
    assert len(order) == 4

    page.goto(f"{blog.site.url}/wp-admin/comment.php?action=editcomment&c={rude}")
    expect(page.locator("#cmod .cmod-scores")).to_contain_text("threat")


def test_a_moderator_decides_in_the_list(blog: Blog, scorer: PerspectiveDouble, page: Page) -> None:
    good = blog.form("Do not say idiot.")
    ad = blog.form("Cheap roses, idiot.")
    bad = blog.form("You idiot.")
    again = blog.form("Score me again, idiot.")
    log_in(page, blog)
    scorer.mode = "hang"  # the moderator must not notice
    for comment, verb in ((good, "approve"), (ad, "spam"), (bad, "trash")):
        page.goto(f"{blog.site.url}/wp-admin/edit-comments.php?comment_status=moderated")
        page.hover(f"#comment-{comment}")
        with page.expect_response(
            lambda answer: "admin-ajax.php" in answer.url and "action=" in (answer.request.post_data or "")
        ):
            page.click(f"#comment-{comment} .{verb} a")
    assert [blog.status(c) for c in (good, ad, bad)] == ["approved", "spam", "trash"]
    assert scorer.suggested() == []
    scorer.mode = "up"
    blog.site.cron()
    sent = {s.text: s.body["clientToken"] for s in scorer.suggested()}
    assert sent == {
        "Do not say idiot.": "wordpress-approve",
        "Cheap roses, idiot.": "wordpress-spam",
        "You idiot.": "wordpress-trash",
    }
    before = len(scorer.analyzed())
    page.goto(f"{blog.site.url}/wp-admin/edit-comments.php?comment_status=moderated")
    page.hover(f"#comment-{again}")
    page.click(f"#comment-{again} .cmod_score_again a")
    expect(page.locator(f"#comment-{again} .column-cmod")).to_contain_text("insult")
    assert len(scorer.analyzed()) == before + 1
    assert blog.status(again) == "unapproved"


def test_old_comments_with_a_progress_bar(blog: Blog, scorer: PerspectiveDouble, page: Page) -> None:
    blog.site.php(f"""
        for ( $i = 0; $i < 12; $i++ ) {{
            $text = "Old idiot $i.";
            wp_insert_comment( array( 'comment_post_ID' => {blog.post_id}, 'comment_content' => $text ) );
        }}
        return true;
    """)
    blog.settings(batch_size=6)
    log_in(page, blog)
    settings(page, blog)
    page.click("[data-command=start]")
    expect(page.locator("#cmod-old-status")).to_contain_text("0 of 12")
    blog.site.cron()
    expect(page.locator("#cmod-old-status")).to_contain_text("6 of 12 comments done, 6 reach a threshold")
    assert page.locator("#cmod-old-bar").evaluate("bar => bar.value / bar.max") == 0.5
    page.click("[data-command=pause]")
    expect(page.locator("#cmod-old-status")).to_contain_text("Paused")
    page.click("[data-command=resume]")
    for _ in range(30):  # WordPress runs an event when its time has come, and one cron at a time
        blog.site.cron()
        if "Finished" in page.locator("#cmod-old-status").inner_text():
            break
        page.wait_for_timeout(1000)
    expect(page.locator("#cmod-old-status")).to_contain_text("Finished")


def test_only_those_who_may(blog: Blog, scorer: PerspectiveDouble, page: Page) -> None:
    comment = blog.form("You idiot.")
    calls = len(scorer.seen)
    blog.site.php("""
        foreach ( array( 'editor', 'author' ) as $role ) {
            if ( ! username_exists( $role ) ) {
                wp_insert_user( array( 'user_login' => $role, 'user_pass' => 'password', 'role' => $role,
                    'user_email' => "$role@example.org" ) );
            }
        }
        return true;
    """)
    log_in(page, blog, "author")
    page.goto(f"{blog.site.url}/wp-admin/edit-comments.php")
    expect(page.locator(".column-cmod")).to_have_count(0)
    settings(page, blog)
    expect(page.locator("body")).to_contain_text(re.compile("not allowed"))

    def ajax(fields: dict[str, str]) -> int:
        return page.request.post(f"{blog.site.url}/wp-admin/admin-ajax.php", form=fields).status

    for action in ("cmod_test", "cmod_rescoring"):
        assert ajax({"action": action, "url": scorer.url, "command": "start"}) == 403  # no nonce
    again = f"{blog.site.url}/wp-admin/admin-post.php?action=cmod_score_again&c={comment}"
    assert page.request.get(again).status == 403
    assert page.request.get(again + "&_wpnonce=0123456789").status == 403
    page.context.clear_cookies()
    log_in(page, blog, "editor")
    page.goto(f"{blog.site.url}/wp-admin/edit-comments.php")
    expect(page.locator(f"#comment-{comment} .column-cmod mark")).to_have_text("idiot")
    settings(page, blog)
    expect(page.locator("body")).to_contain_text(re.compile("not allowed"))
    # Nor without logging in at all.
    for action in ("cmod_test", "cmod_rescoring"):
        answer = httpx.post(f"{blog.site.url}/wp-admin/admin-ajax.php", data={"action": action}, timeout=60)
        assert (answer.status_code, answer.text) == (400, "0")
    assert len(scorer.seen) == calls


def test_in_german(blog: Blog, page: Page) -> None:
    comment = blog.form("You idiot.")
    blog.site.php("update_user_meta( 1, 'locale', 'de_DE' ); return true;")
    # WordPress itself has no German here; the plugin brings its own.
    blog.site.php("""
        file_put_contents( WPMU_PLUGIN_DIR . '/test-german.php',
            "<?php add_filter( 'determine_locale', static function () { return 'de_DE'; } );" );
        return true;
    """)
    try:
        log_in(page, blog)
        page.goto(f"{blog.site.url}/wp-admin/edit-comments.php")
        expect(page.locator("thead th.column-cmod")).to_contain_text("Moderationswert")
        expect(page.locator(f"#comment-{comment} .cmod-reasons")).to_contain_text("Beleidigung")
    finally:
        (blog.site.root / "wp-content" / "mu-plugins" / "test-german.php").unlink()
        blog.site.php("delete_user_meta( 1, 'locale' ); return true;")


def test_deleted_and_uploaded_again(
    blog: Blog, scorer: PerspectiveDouble, page: Page, tmp_path: Path
) -> None:
    """Deleting leaves nothing; the folder, zipped, installs through WordPress's own upload form."""
    blog.moderate(blog.form("You idiot."), "trash")
    scorer.stop()
    blog.form("Waiting for the scorer.")
    blog.site.php("return CommentModeration\\Rescoring::start( 'all' );")
    left = """
        global $wpdb;
        return array_merge(
            $wpdb->get_col( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%cmod%'" ),
            $wpdb->get_col( "SELECT meta_key FROM $wpdb->commentmeta WHERE meta_key LIKE '%cmod%'" ),
            $wpdb->get_col( "SELECT meta_key FROM $wpdb->usermeta WHERE meta_key LIKE '%cmod%'" ),
            $wpdb->get_col( "SELECT option_name FROM $wpdb->options WHERE option_value LIKE '%cmod%'" )
        );
    """
    assert len(blog.site.php(left)) > 5
    row = "tr[data-slug=comment-moderation]"
    log_in(page, blog)
    page.goto(f"{blog.site.url}/wp-admin/plugins.php")
    page.click(f"{row} .deactivate a")
    expect(page.locator(f"{row} .delete a")).to_be_visible()
    page.goto(f"{blog.site.url}/wp-admin/plugins.php")  # with its scripts at work
    assert blog.site.php("return wp_next_scheduled( 'cmod_tick' );") is False
    page.click(f"{row} .delete a")
    # With WordPress's script on the spot; where the link is followed instead, after one more question.
    sure = page.get_by_role("button", name="Yes, delete these files and data")
    gone = page.get_by_text(re.compile("successfully deleted|has been deleted"))
    expect(sure.or_(gone).first).to_be_visible()
    if sure.count():
        sure.click()
    expect(gone.first).to_be_visible()
    assert not blog.site.plugin.exists()
    assert blog.site.php(left) == []

    archive = shutil.make_archive(str(tmp_path / PLUGIN.name), "zip", PLUGIN.parent, PLUGIN.name)
    page.goto(f"{blog.site.url}/wp-admin/plugin-install.php?tab=upload")
    page.set_input_files("#pluginzip", archive)
    page.click("#install-plugin-submit")
    page.click("text=Activate Plugin")
    expect(page.locator(".cmod-notice")).to_contain_text("does nothing until it knows the address")
    assert blog.site.php("return is_plugin_active( 'comment-moderation/comment-moderation.php' );") is True
