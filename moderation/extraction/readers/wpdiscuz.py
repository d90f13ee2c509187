"""wpDiscuz: 7.x writes the prefix ``wpd-``, up to 5.x it was ``wc-``."""

from moderation.extraction.readers.base import System

READER = System(
    name="wpdiscuz",
    markers=("wpd-comment", "wc-comment", "wpdiscuz"),
    record=".wpd-comment, .wc-comment[id^=wc-comm-]",
    text=(".wpd-comment-text", ".wc-comment-text"),
    author=(".wpd-comment-author", ".wc-comment-author"),
    time=(".wpd-comment-date", ".wc-comment-date"),
    votes=(".wpd-vote-result", ".wc-vote-result"),
    permalink=(
        ".wpd-comment-link [data-wpd-clipboard]",
        ".wc-comment-link a[href]",
        ".wc-comment-link [data-wpd-clipboard]",
    ),
    role=(".wpd-comment-label", ".wc-comment-label"),
    region=("#wpdcom", "#wpcomm", "#comments"),
    remove=".wpd-inline-feedback-wrapper, .wpd-inline-icon-wrapper, .wc-label, .wpd-form-wrap",
    key=(("id", r"(?:wpd|wc)-comm-(\d+)_\d+"),),
    parent=(("id", r"(?:wpd|wc)-comm-\d+_(\d+)"),),
    count=(".wpdtc", ".wpd-thread-info", ".wc-header-text", ".wc_header_text"),
    more=(".wpd-load-more-submit", ".wc-load-more-submit", "#wpdiscuzHasMoreComments[value=1]"),
)
