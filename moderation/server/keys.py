"""API keys: shown once when made, kept only as hashes.

A key is 256 random bits, so a plain SHA-256 cannot be reversed by guessing; a slow password hash would only
slow down every request.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from moderation.server.store import Store

#: A key made or revoked by another process counts after at most this many seconds.
REFRESH_SECONDS = 10.0
_PREFIX = "mod_"


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key. ``rate_limit`` is requests a second; None: the service's own limit."""

    id: str
    name: str
    created_at: datetime
    revoked_at: datetime | None = None
    rate_limit: float | None = None


def create_key(store: Store, name: str, *, rate_limit: float | None = None) -> tuple[Key, str]:
    """Makes a key. Returns it with its secret, which is nowhere stored and cannot be shown again."""
    from moderation.server.tables import api_keys

    secret = _PREFIX + secrets.token_urlsafe(32)
    key = Key(secrets.token_hex(4), name, datetime.now(UTC), None, rate_limit)
    store.execute(
        api_keys.insert().values(
            id=key.id,
            name=name,
            secret_hash=_hash(secret),
            created_at=key.created_at,
            rate_limit=rate_limit,
        )
    )
    return key, secret


def list_keys(store: Store) -> list[Key]:
    """All keys, oldest first, revoked ones included."""
    from moderation.server.tables import api_keys

    return [
        _key(row) for row in store.execute(api_keys.select().order_by(api_keys.c.created_at, api_keys.c.id))
    ]


def revoke_key(store: Store, key_id: str) -> None:
    """Ends a key. Raises KeyError when there is none of that id, or it was revoked before."""
    from moderation.server.tables import api_keys

    if key_id not in {key.id for key in list_keys(store) if key.revoked_at is None}:
        raise KeyError(f"there is no key {key_id} in force")
    store.execute(api_keys.update().where(api_keys.c.id == key_id).values(revoked_at=datetime.now(UTC)))


class KeyRing:
    """The keys in force, in memory, so that no request waits for the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, Key] = {}
        self.read_at = float("-inf")

    def find(self, secret: str) -> Key | None:
        return self._keys.get(_hash(secret)) if secret.startswith(_PREFIX) else None

    @property
    def stale(self) -> bool:
        return time.monotonic() - self.read_at > REFRESH_SECONDS

    def refresh(self) -> None:
        """Reads the keys again. Raises StoreError, and then goes on with those it had."""
        from moderation.server.tables import api_keys

        rows = self._store.execute(api_keys.select().where(api_keys.c.revoked_at.is_(None)))
        self._keys = {row.secret_hash: _key(row) for row in rows}
        self.read_at = time.monotonic()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: object) -> Key:
    return Key(row.id, row.name, row.created_at, row.revoked_at, row.rate_limit)  # type: ignore[attr-defined]
