"""Coral's external moderation phase."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest


def call(api, comment, secret="s3cret", *, header=None, **more):
    # Coral signs the bytes it sends, spacing and all.
    raw = json.dumps(
        {"action": "NEW", "comment": {"body": comment, "parentID": None}, **more}, indent=2
    ).encode()
    if header is None:
        header = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return api.post("/v1/coral", content=raw, headers={"x-coral-signature": header})


@pytest.fixture
def coral(make_api):
    return make_api(coral_secrets=("s3cret", "n3xt"))


def test_a_clean_comment_is_left_to_coral(coral):
    answer = call(coral, "<div>Nice story</div>")
    assert (answer.status_code, answer.content) == (204, b"")


def test_an_offence_is_rejected_or_withheld_and_flagged(coral):
    flag = [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}]
    assert call(coral, "You <b>fo</b>ol").json() == {"status": "REJECTED", "actions": flag}
    assert call(coral, "damn it").json() == {"status": "SYSTEM_WITHHELD", "actions": flag}


def test_what_cannot_be_scored_is_withheld_without_calling_it_toxic(coral):
    assert call(coral, "Übermut tut selten gut").json() == {"status": "SYSTEM_WITHHELD", "actions": []}


def test_the_tenant_chooses_the_policy(make_api, tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text('[community."Coral:arena".actions]\nover_reject = "review"\n')
    api = make_api(coral_secrets=("s3cret",), policy=str(file))
    assert call(api, "You fool", tenantID="arena").json()["status"] == "SYSTEM_WITHHELD"
    assert call(api, "You fool", tenantID="other").json()["status"] == "REJECTED"


def test_every_configured_secret_signs(coral):
    assert call(coral, "fine", "n3xt").status_code == 204


@pytest.mark.parametrize("header", ["", "sha256=", "sha256=00", "sha1=abc", "sha256=\u00e9", "," * 50])
def test_a_wrong_signature_is_refused(coral, header):
    answer = call(coral, "fine", header=header.encode("latin-1"))
    assert answer.status_code == 403
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"
    assert coral.scorer.calls == []


def test_one_good_signature_among_several_is_enough(coral):
    raw = b'{"action":"EDIT","comment":{"body":"fine"}}'
    good = hmac.new(b"s3cret", raw, hashlib.sha256).hexdigest()
    header = f"sha256={'0' * 64},sha256={good}"
    assert coral.post("/v1/coral", content=raw, headers={"x-coral-signature": header}).status_code == 204


def test_without_a_secret_nothing_is_trusted(api):
    assert call(api, "fine", "").status_code == 403
