"""What the store promises, tried at the URL that is given."""

import sys
from datetime import UTC, datetime, timedelta

from moderation.server.keys import KeyRing, create_key, revoke_key
from moderation.server.store import Store, StoreError, Suggestion

url = sys.argv[1]
store = Store(url)
store.open()
old = datetime.now(UTC) - timedelta(days=40)
given = Suggestion(
    "h\x00i 😀 \ud800", {"toxicity": 0.5}, {"toxicity": ((0, 3, 0.5),)}, "Kim", "c", ("en",), created_at=old
)
store.add(given)
store.add(Suggestion("Lee's words", {"insult": 1.0}, author="Lee", created_at=old))
print("stored")
(found,) = store.suggestions(community="c")
assert (found.scores, found.spans, found.author, found.created_at) == (given.scores, given.spans, "Kim", old)
assert "\x00" not in found.text
print("read")
ring = KeyRing(store)
key, secret = create_key(store, "a site", rate_limit=3)
ring.refresh()
assert ring.find(secret) == key
revoke_key(store, key.id)
ring.refresh()
assert ring.find(secret) is None
print("keys")
assert store.forget(author="KIM") == 1
assert [s.text for s in store.suggestions()] == ["Lee's words"]
print("forgotten")
assert store.purge(30) == 1
print("purged")
store.close()
again = Store(url)
again.open()
again.check()
assert list(again.suggestions()) == []
again.close()
try:
    Store("postgresql://someone:hidden@/nothing?host=/nowhere").open()
except StoreError as error:
    assert "hidden" not in str(error)
    print("reopened")
