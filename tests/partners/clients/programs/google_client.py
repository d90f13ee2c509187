"""PyPI google-api-python-client; only discoveryServiceUrl differs from what its users write."""

import json
import sys

from googleapiclient import discovery
from googleapiclient.errors import HttpError, UnknownApiNameOrVersion


def client(url, key):
    return discovery.build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key,
        discoveryServiceUrl=f"{url}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    )


found = {}
for probe in json.load(sys.stdin):
    try:
        # A wrong key already fails at discovery; the probe of the method itself takes a description without
        # it.
        service = client(probe["url"], "" if probe["name"] == "wrong key" else probe["key"])
        if probe["name"] == "discovery with a wrong key":
            raise AssertionError("discovery took a wrong key")
        method = getattr(service.comments(), probe["method"])
        found[probe["name"]] = method(body=probe["body"]).execute()
    except HttpError as error:
        found[probe["name"]] = {
            "status": error.resp.status,
            "reason": error.reason,
            "error": json.loads(error.content)["error"],
            "retry_after": error.resp.get("retry-after"),
        }
    except UnknownApiNameOrVersion as error:
        found[probe["name"]] = {"unknown": str(error)}
print(json.dumps(found))
