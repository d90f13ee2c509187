"""A visitor posts a comment; the scorer is up."""

from __future__ import annotations

import httpx
import pytest
from perspective_double import PerspectiveDouble
from wordpress_blog import Blog

WAYS = ["form", "rest"]


def post(blog: Blog, way: str, text: str) -> int:
    return blog.form(text) if way == "form" else blog.rest(text)


@pytest.mark.parametrize("way", WAYS)
def test_a_kind_comment_is_published_and_its_score_kept(
    blog: Blog, scorer: PerspectiveDouble, way: str
) -> None:
    comment = blog.comment(post(blog, way, "What a lovely garden."))
    assert comment["status"] == "approved"
    assert comment["meta"]["_cmod_result"]["state"] == "scored"
    assert comment["meta"]["_cmod_result"]["scores"]["TOXICITY"] == 0.02
    assert len(scorer.analyzed()) == 1


@pytest.mark.parametrize("way", WAYS)
def test_an_abusive_comment_is_held_with_the_reason(blog: Blog, way: str) -> None:
    comment = blog.comment(post(blog, way, "Only an idiot plants roses."))
    assert comment["status"] == "unapproved"
    result = comment["meta"]["_cmod_result"]
    assert result["action"] == "hold"
    assert result["reasons"] == [["INSULT", 0.95, 0.85, "hold"], ["TOXICITY", 0.93, 0.8, "hold"]]
    assert [8, 13, "INSULT", 0.95] in result["spans"]


@pytest.mark.parametrize("way", WAYS)
def test_spam_from_its_own_threshold(blog: Blog, way: str) -> None:
    blog.settings(thresholds={"TOXICITY": {"hold": 0.8, "spam": 0.98}})
    assert blog.status(post(blog, way, "You scumbag.")) == "spam"
    assert blog.status(post(blog, way, "You idiot.")) == "unapproved"


def test_each_attribute_has_its_own_threshold(blog: Blog) -> None:
    blog.settings(
        thresholds={"PROFANITY": {"hold": 0.5, "spam": None}, "INSULT": {"hold": None, "spam": None}}
    )
    assert blog.status(blog.form("Well, darn.")) == "unapproved"
    assert blog.status(blog.form("You idiot.")) == "approved"


def test_what_is_sent(blog: Blog, scorer: PerspectiveDouble) -> None:
    blog.settings(api_key="k-123456", community_id="garden-blog")
    blog.form(
        'Tom & Jerry said: <b>"it\'s</b> a \\ backslash" — 😀 <script>x</script>', email="secret@example.org"
    )
    (request,) = scorer.analyzed()
    assert request.path == "/v1alpha1/comments:analyze"
    assert request.headers["X-goog-api-key"] == "k-123456"
    assert request.text == 'Tom & Jerry said: "it\'s a \\ backslash" — 😀 x'
    assert request.body["spanAnnotations"] is True
    assert request.body["doNotStore"] is True
    assert request.body["communityId"] == "garden-blog"
    assert set(request.body["requestedAttributes"]) == {
        "TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT",
    }  # fmt: skip
    sent = str(request.body) + str(request.headers)
    assert "secret@example.org" not in sent
    assert "Ada" not in sent


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "text",
    [
        'Tom & "Jerry" \\ you idiot < 5 > 3',
        "Ligne un\nLigne deux 😀 idiot",
        "<b>bold</b> <em>idiot</em> &amp; co &lt;br&gt;",
        "<script>alert('idiot')</script> <p onclick=x>idiot</p>",
        "2 <3 & 5 > 4, idiot; <a href='http://example.org/?a=1&b=2'>idiot</a>",
    ],
)
def test_the_kept_offsets_fit_the_stored_text(blog: Blog, way: str, text: str) -> None:
    comment = post(blog, way, text)
    marked = blog.site.php(f"""
        $result = CommentModeration\\Result::of( {comment} );
        $plain  = CommentModeration\\Text::plain( get_comment( {comment} )->comment_content );
        $html   = CommentModeration\\Highlight::html( $plain, $result['spans'], array() );
        preg_match_all( '~<mark[^>]*>(.*?)</mark>~', $html, $found );
        $fits = $result['hash'] === CommentModeration\\Text::fingerprint( $plain );
        return array( $fits, array_values( array_unique( $found[1] ) ) );
    """)
    assert marked == [True, ["idiot"]]


def test_bytes_that_are_no_text_do_not_hide_the_rest(blog: Blog) -> None:
    """WordPress stores such a comment without the broken bytes: it must be scored all the same."""
    fields = f"comment=You%FF%FE+idiot%C3&author=Ada&email=ada%40example.org&comment_post_ID={blog.post_id}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{blog.site.url}/wp-comments-post.php"
    answer = httpx.post(url, content=fields, headers=kind, timeout=60)
    assert answer.status_code == 302, answer.text
    stored = blog.site.php("return get_comments( array( 'status' => 'any', 'fields' => 'ids' ) );")
    assert [blog.status(comment) for comment in stored] == ["unapproved"]


def test_a_comment_in_xml_rpc(blog: Blog) -> None:
    call = f"""<?xml version="1.0"?><methodCall><methodName>wp.newComment</methodName><params>
        <param><value><int>1</int></value></param><param><value><string>visitor</string></value></param>
        <param><value><string>password</string></value></param>
        <param><value><int>{blog.post_id}</int></value></param>
        <param><value><struct><member><name>content</name><value><string>You idiot.</string></value></member>
        </struct></value></param></params></methodCall>"""
    blog.site.php(
        "username_exists( 'visitor' ) || wp_create_user( 'visitor', 'password', 'v@example.org' ); return 1;"
    )
    answer = httpx.post(
        f"{blog.site.url}/xmlrpc.php", content=call, headers={"Content-Type": "text/xml"}, timeout=60
    )
    assert "<int>" in answer.text, answer.text
    assert blog.site.php("return wp_count_comments()->moderated;") == 1


def test_a_long_comment_is_read_to_its_end(blog: Blog, scorer: PerspectiveDouble) -> None:
    text = "Gärten sind schön. " * 1500 + "Only an idiot disagrees."
    comment = blog.comment(blog.form(text))
    assert comment["status"] == "unapproved"
    assert len(scorer.analyzed()) == 2
    assert all(len(s.text.encode()) <= 20_480 for s in scorer.analyzed())
    at = text.index("idiot")
    assert [at, at + 5, "INSULT", 0.95] in comment["meta"]["_cmod_result"]["spans"]


def test_a_comment_the_scorer_cannot_score(blog: Blog) -> None:
    comment = blog.comment(blog.form("Et voilà un commentaire."))
    assert comment["status"] == "approved"
    result = comment["meta"]["_cmod_result"]
    assert (result["state"], result["error"]) == ("refused", "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE")
    assert "_cmod_waiting" not in comment["meta"]
    blog.settings(on_unscorable="hold")
    assert blog.status(blog.form("Et voilà un deuxième.")) == "unapproved"


def test_what_moderators_write_is_not_scored_unless_wished(blog: Blog, scorer: PerspectiveDouble) -> None:
    def reply() -> str:
        body = {"post": blog.post_id, "content": "Do not call anyone an idiot."}
        url = f"{blog.site.url}/?rest_route=/wp/v2/comments"
        return httpx.post(url, json=body, auth=blog.moderator, timeout=60).json()["status"]

    assert reply() == "approved"
    assert scorer.seen == []
    blog.settings(exempt_moderators=False)
    assert reply() == "hold"


def test_pingbacks_are_left_alone(blog: Blog, scorer: PerspectiveDouble) -> None:
    blog.site.php(f"""
        return wp_new_comment( array( 'comment_post_ID' => {blog.post_id}, 'comment_type' => 'pingback',
            'comment_author' => 'Other site', 'comment_author_email' => '',
            'comment_author_url' => 'http://example.org',
            'comment_content' => 'an idiot' ) );
    """)
    assert scorer.seen == []


def test_without_an_address_nothing_changes(unconfigured: Blog) -> None:
    comment = unconfigured.comment(unconfigured.form("You idiot."))
    assert comment["status"] == "approved"
    assert [key for key in comment["meta"] if key.startswith("_cmod")] == []


class TestNeverWeakerThanWordPress:
    """What WordPress, or a plugin before ours, would hold or mark as spam stays so."""

    @pytest.mark.parametrize("way", WAYS)
    def test_all_comments_are_moderated(self, blog: Blog, way: str) -> None:
        blog.site.php("return update_option( 'comment_moderation', '1' );")
        comment = blog.comment(post(blog, way, "What a lovely garden."))
        assert comment["status"] == "unapproved"
        assert comment["meta"]["_cmod_result"]["action"] == "approve"

    @pytest.mark.parametrize("way", WAYS)
    def test_disallowed_words_stay_in_the_trash(
        self, blog: Blog, scorer: PerspectiveDouble, way: str
    ) -> None:
        blog.site.php("return update_option( 'disallowed_keys', 'lovely' );")
        assert blog.status(post(blog, way, "What a lovely garden.")) == "trash"
        assert blog.status(post(blog, way, "You lovely idiot.")) == "trash"
        assert scorer.seen == []

    @pytest.mark.parametrize("way", WAYS)
    def test_another_plugins_spam_stays_spam(self, blog: Blog, way: str) -> None:
        assert blog.status(post(blog, way, "another plugin says spam, you idiot")) == "spam"

    def test_another_plugins_error_stays_an_error(self, blog: Blog) -> None:
        body = {
            "post": blog.post_id,
            "content": "another plugin says error",
            "author_name": "A",
            "author_email": "a@b.org",
        }
        answer = httpx.post(f"{blog.site.url}/?rest_route=/wp/v2/comments", json=body, timeout=60)
        assert answer.status_code == 409
        assert answer.json()["code"] == "test_refused"

    def test_every_pair_of_decisions(self, blog: Blog) -> None:
        table = blog.site.php("""
            $out = array();
            foreach ( array( 1, '1', 'approve', 0, '0', 'hold', 'spam', 'trash', 'odd' ) as $before ) {
                foreach ( array( 'approve', 'hold', 'spam' ) as $ours ) {
                    $out[] = array( $before, $ours, CommentModeration\\Decider::stricter( $before, $ours ) );
                }
            }
            return $out;
        """)
        strictness = {1: 0, "1": 0, "approve": 0, 0: 1, "0": 1, "hold": 1, "spam": 2, "trash": 3}
        for before, ours, after in table:
            if before == "odd":
                assert after == "odd"
            else:
                assert strictness[after] == max(strictness[before], strictness[ours]), (before, ours, after)


class TestEdits:
    """Some plugins let visitors change their comment afterwards."""

    def edit(self, blog: Blog, comment: int, text: str, user: int) -> None:
        blog.site.php(f"""
            wp_set_current_user( {user} );
            wp_update_comment( array( 'comment_ID' => {comment}, 'comment_content' => '{text}' ) );
            return true;
        """)

    def test_a_visitors_edit_is_screened_like_a_new_comment(self, blog: Blog) -> None:
        comment = blog.form("What a lovely garden.")
        self.edit(blog, comment, "What an idiot.", user=0)
        after = blog.comment(comment)
        assert after["status"] == "unapproved"
        assert after["meta"]["_cmod_result"]["action"] == "hold"

    def test_a_moderators_edit_stands_and_is_scored_again_later(self, blog: Blog) -> None:
        comment = blog.form("What a lovely garden.")
        self.edit(blog, comment, "What an idiot.", user=1)
        assert blog.comment(comment)["meta"]["_cmod_waiting"] == "info"
        blog.site.cron()
        after = blog.comment(comment)
        assert after["status"] == "approved"
        assert after["meta"]["_cmod_result"]["action"] == "hold"
        assert "_cmod_waiting" not in after["meta"]
