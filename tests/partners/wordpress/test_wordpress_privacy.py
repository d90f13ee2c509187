"""WordPress's own privacy tools know what the plugin keeps."""

from __future__ import annotations

import httpx
from perspective_double import PerspectiveDouble
from wordpress_blog import Blog


def test_the_policy_guide_says_what_is_sent(blog: Blog) -> None:
    guide = f"{blog.site.url}/wp-admin/options-privacy.php?tab=policyguide"
    text = httpx.get(guide, cookies=blog.cookies(), timeout=60).text
    assert "its text is sent to a scoring service run for this site" in text
    assert "the text and this decision are sent" in text
    blog.settings(send_feedback=False)
    assert (
        "the text and this decision are sent" not in httpx.get(guide, cookies=blog.cookies(), timeout=60).text
    )


def test_export(blog: Blog) -> None:
    comment = blog.form("Only an idiot plants roses.", email="ada@example.org")
    blog.form("What a lovely garden.", email="bob@example.org")
    blog.moderate(comment, "trash")
    blog.site.cron()
    answer = blog.site.php("""
        $exporter = apply_filters( 'wp_privacy_personal_data_exporters', array() )['comment-moderation'];
        return call_user_func( $exporter['callback'], 'ada@example.org', 1 );
    """)
    assert answer["done"] is True
    (item,) = answer["data"]
    assert item["item_id"] == f"comment-{comment}"
    rows = {row["name"]: row["value"] for row in item["data"]}
    assert rows["Score for insult"] == "0.95"
    assert rows["Automatic decision"] == "hold"
    assert rows["Decision of a moderator"] == "trash"
    assert "Text and decision sent to the scoring service" in rows


def test_erasure_by_all_erasers_in_wordpresss_order(blog: Blog, scorer: PerspectiveDouble) -> None:
    sent = blog.form("Only an idiot plants roses.", email="ada@example.org")
    other = blog.form("What a lovely garden.", email="bob@example.org")
    blog.moderate(sent, "spam")
    blog.site.cron()
    assert len(scorer.suggested()) == 1
    messages = blog.site.php("""
        $messages = array();
        foreach ( apply_filters( 'wp_privacy_personal_data_erasers', array() ) as $eraser ) {
            $answer   = call_user_func( $eraser['callback'], 'ada@example.org', 1 );
            $messages = array_merge( $messages, $answer['messages'] );
        }
        return $messages;
    """)
    assert [key for key in blog.comment(sent)["meta"] if key.startswith("_cmod")] == []
    assert "_cmod_result" in blog.comment(other)["meta"]
    assert any("moderation forget" in message for message in messages)
