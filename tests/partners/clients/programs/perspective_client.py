"""PyPI perspective; its address is an attribute of the client."""

import json
import sys
from urllib.error import HTTPError

from perspective import PerspectiveAPI

found = {}
for probe in json.load(sys.stdin):
    api = PerspectiveAPI(probe["key"])
    api.api_client.url = probe["url"] + "/v1alpha1/{endpoint}"
    body = probe["body"]
    try:
        if probe["method"] == "score":
            found[probe["name"]] = api.score(body["comment"]["text"], tests=list(body["requestedAttributes"]))
        elif probe["method"] == "analyze":
            found[probe["name"]] = api.analyze_comment(
                body["comment"]["text"],
                validate=False,
                comment_type=body["comment"].get("type"),
                requested_attributes=body.get("requestedAttributes"),
                span_annotations=body.get("spanAnnotations", False),
                languages=body.get("languages"),
                client_token=body.get("clientToken"),
            )
        else:
            found[probe["name"]] = api.suggest_score(
                body["comment"]["text"],
                body.get("attributeScores"),
                validate=False,
                community_id=body.get("communityId"),
                client_token=body.get("clientToken"),
            )
    except HTTPError as error:
        found[probe["name"]] = {"status": error.code, "error": json.load(error)["error"]}
print(json.dumps(found))
