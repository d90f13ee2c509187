"""PyPI PyPerspective: the strictest reader of answers; its constructor posts an empty body."""

import json
import sys

from PyPerspective import Perspective as module
from PyPerspective.errors import InvalidAuthKey


class ApiException(Exception):
    """Version 1.0.4 raises its own with an argument that it does not take, so that users see a TypeError."""

    def __init__(self, message, raw_data):
        super().__init__(message)


module.ApiException = ApiException

found = {}
for probe in json.load(sys.stdin):
    module.base_url = probe["url"] + "/v1alpha1/comments:analyze"
    try:
        client = module.Perspective(probe["key"])
        comment = client.get_score(probe["text"], tests=probe["tests"])
        found[probe["name"]] = {
            "scores": {attribute.name: attribute.score for attribute in comment.attributes},
            "types": sorted({attribute.score_type for attribute in comment.attributes}),
            "spans": [
                [span.start, span.end, span.score, span.score_type] for span in comment["TOXICITY"].spans
            ],
            "languages": [comment.requests_langs, comment.detected_langs],
        }
    except InvalidAuthKey as error:
        found[probe["name"]] = {"invalid key": str(error)}
    except ApiException as error:
        found[probe["name"]] = {"api exception": str(error)}
print(json.dumps(found))
