"""Comment plugins with a form of their own, such as wpDiscuz: what comes through them is scored all the same.

wpDiscuz itself is in no registry that these tests can install from; ``php/test-discussion.php`` takes its way.
"""

from __future__ import annotations

import httpx
import pytest
from perspective_double import PerspectiveDouble
from wordpress_blog import Blog

TEXT = "comment_content"


def send(blog: Blog, action: str, **fields: object) -> dict:
    """One call of the comment plugin's script; what it got back."""
    data = {"action": f"test_discussion_{action}", "place": "line-7", **fields}
    answer = httpx.post(f"{blog.site.url}/wp-admin/admin-ajax.php", data=data, timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"], answer.text
    return answer.json()["data"]


def add(blog: Blog, text: str, kind: str = "comment") -> dict:
    return send(
        blog, "add", comment_post_ID=blog.post_id, comment_content=text, comment_type=kind,
        comment_author="Ada", comment_author_email="ada@example.org",
    )  # fmt: skip


def submit(blog: Blog, text: str) -> dict:
    return send(
        blog, "submit", comment_post_ID=blog.post_id, comment=text, author="Ada", email="ada@example.org"
    )


@pytest.mark.parametrize("kind", ["comment", "discussion_note"])
def test_a_type_of_its_own_is_scored(blog: Blog, scorer: PerspectiveDouble, kind: str) -> None:
    kind_words, rude = (
        add(blog, 'What a "lovely" garden \\o/', kind),
        add(blog, "Only an idiot plants.", kind),
    )
    assert (kind_words["status"], rude["status"]) == ("approved", "unapproved")
    assert rude["html"] == ""
    assert [request.text for request in scorer.analyzed()] == [
        'What a "lovely" garden \\o/', "Only an idiot plants.",
    ]  # fmt: skip
    kept = blog.comment(rude["id"])["meta"]
    assert kept["test_discussion_place"] == "line-7"
    assert [8, 13, "INSULT", 0.95] in kept["_cmod_result"]["spans"]


def test_wordpress_reads_the_form(blog: Blog) -> None:
    assert submit(blog, "What a lovely garden.")["status"] == "approved"
    rude = submit(blog, "You idiot.")
    assert rude["status"] == "unapproved"
    assert blog.comment(rude["id"])["meta"]["_cmod_result"]["action"] == "hold"


def test_a_kind_word_changed_into_a_rude_one(blog: Blog) -> None:
    comment = add(blog, "What a lovely garden.")
    changed = send(blog, "edit", id=comment["id"], comment_content="What an idiot.")
    assert changed["status"] == "unapproved"
    assert (
        send(blog, "edit", id=add(blog, "Nice.")["id"], comment_content="Very nice.")["status"] == "approved"
    )


@pytest.mark.parametrize("choice", ["hold_rescore", "pass"])
def test_the_scorer_is_dead_and_back(blog: Blog, scorer: PerspectiveDouble, choice: str) -> None:
    blog.settings(on_failure=choice)
    scorer.stop()
    comments = [add(blog, text, "discussion_note") for text in ("What a lovely garden.", "What an idiot.")]
    assert {comment["status"] for comment in comments} == {"approved" if choice == "pass" else "unapproved"}
    scorer.start()
    blog.site.php("delete_option( 'cmod_breaker' ); return CommentModeration\\Queue::hurry();")
    blog.site.cron()
    assert [blog.status(comment["id"]) for comment in comments] == ["approved", "unapproved"]
