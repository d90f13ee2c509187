"""PyPI openai; only base_url differs from what its users write."""

import json
import sys

import openai

found = {}
for probe in json.load(sys.stdin):
    client = openai.OpenAI(base_url=probe["url"] + "/v1", api_key=probe["key"], max_retries=0)
    try:
        answer = client.moderations.create(input=probe["input"], model="omni-moderation-latest")
        found[probe["name"]] = json.loads(answer.model_dump_json(by_alias=True))
    except openai.APIStatusError as error:
        found[probe["name"]] = {
            "type": type(error).__name__,
            "status": error.status_code,
            "body": error.body,
            "retry_after": error.response.headers.get("retry-after"),
        }
print(json.dumps(found))
