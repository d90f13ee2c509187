"""A small page in WordPress's own markup: an article and two comments, the second one an insult."""

PAGE = """<!doctype html><html><head><title>Rain</title></head><body>
<article><h1>Rain</h1><p>It rained for three days in the valley, and the river rose by two metres.</p>
<p>The mayor thanked everyone who had carried sandbags through the night.</p></article>
<section id="comments"><h2>2 Comments</h2><ol class="comment-list">
<li id="comment-1" class="comment"><article class="comment-body"><footer class="comment-meta">
<div class="comment-author vcard"><b class="fn">Ada</b></div>
<time datetime="2025-01-02T10:00:00+00:00">January 2</time></footer>
<div class="comment-content"><p>Thank you for the report.</p></div></article></li>
<li id="comment-2" class="comment"><article class="comment-body"><footer class="comment-meta">
<div class="comment-author vcard"><b class="fn">idiot99</b></div>
<time datetime="2025-01-02T11:00:00+00:00">January 2</time></footer>
<div class="comment-content"><p>You idiot, it never rains there.</p></div></article></li>
</ol></section></body></html>"""
