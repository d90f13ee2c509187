"""Coral's external moderation phase: a signed callback for each new or edited comment
(``docs/integrators.md``).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from fastapi import APIRouter, Request, Response

from moderation.server.bodies import parse_object, read_body
from moderation.server.documented import BODY, answers
from moderation.server.errors import ApiError, json_response
from moderation.server.marked_up import readable
from moderation.server.pool import Item
from moderation.server.service import Service
from moderation.server.shapes import CoralRequest, parse
from moderation.types import Action

_STATUS: dict[Action, str] = {"review": "SYSTEM_WITHHELD", "reject": "REJECTED"}
_MOST_SIGNATURES = 10


def router(service: Service) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["Coral"])

    @routes.post(
        "/coral",
        openapi_extra=BODY("CoralRequest"),
        responses={**answers("CoralResponse", 503), 204: {"description": "Nothing to object to"}},
    )
    async def phase(request: Request) -> Response:
        """Judges a comment before Coral publishes it. 204 leaves the comment to Coral's other rules."""
        raw = await read_body(request, service.settings.body_seconds)
        if not signed(raw, request.headers.get("x-coral-signature", ""), service.settings.coral_secrets):
            raise ApiError(403, "X-Coral-Signature does not fit the body and the configured secrets.")
        asked = parse(CoralRequest, parse_object(raw))
        # Coral sends the comment's markup or its text, as the phase is set up; markup-free text reads the
        # same.
        text = readable(asked.comment.body).text
        if not text.strip():
            return Response(status_code=204)
        community = None if asked.tenantID is None else f"Coral:{asked.tenantID}"
        decision = service.policy(community).decide(await service.score(Item(text)))
        if decision.action == "approve":
            return Response(status_code=204)
        # Coral shows reviewers why a comment is held only by the flags on it.
        actions = [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_TOXIC"}] if decision.reasons else []
        return json_response({"status": _STATUS[decision.action], "actions": actions})

    return routes


def signed(raw: bytes, header: str, secrets: Iterable[str]) -> bool:
    """Whether one of the header's ``sha256=<hex>`` signatures was made of ``raw`` with one of ``secrets``.

    Coral signs with each of its secrets while they are being rotated. Without secrets nothing counts as
    signed.
    """
    offered = [
        part.strip()[7:]
        for part in header.split(",")[:_MOST_SIGNATURES]
        if part.strip().startswith("sha256=")
    ]
    found = False
    for secret in secrets:
        expected = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().encode()
        for signature in offered:
            found |= hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
    return found
