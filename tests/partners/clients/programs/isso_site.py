"""A real Isso with the hook, posted to over its own WSGI interface; stdin: settings and comments."""

import json
import sys
import time

given = json.load(sys.stdin)
sys.path.insert(0, given["plugin"])

import moderation_isso  # noqa: E402
from isso import config, make_app  # noqa: E402
from werkzeug.test import Client  # noqa: E402

moderation_isso.install()
conf = config.load(config.default_file(), given["conf"])
client = Client(make_app(conf, threading=True))
found = {}
for probe in given["comments"]:
    started = time.monotonic()
    posted = client.post("/new?uri=/story/", json={"text": probe["text"], "author": "Ann", "title": "Story"})
    took = time.monotonic() - started
    entry = {"status": posted.status_code, "took": took}
    if probe.get("edit"):
        edited = client.put(f"/id/{posted.json['id']}", json={"text": probe["edit"], "author": "Ann"})
        entry["edited"] = edited.status_code
    found[probe["name"]] = entry
shown = client.get("/?uri=/story/")
found["published"] = {"texts": [c["text"] for c in shown.json["replies"]] if shown.status_code == 200 else []}
print(json.dumps(found))
