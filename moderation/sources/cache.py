"""A folder of pages already fetched, asked for again only when they may have changed (RFC 9111).

hishel does the work: it keeps what the server lets a private cache keep, and revalidates with ETag and
Last-Modified. Pages from private addresses are kept apart, so that a page fetched with ``--allow-private``
does not come out of the cache without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from moderation.sources.documents import CacheError


class Cache:
    """Shared by all requests, also between threads."""

    def __init__(self, folder: str, *, allow_private: bool, max_bytes: int) -> None:
        """``max_bytes`` is the largest page that is kept. Raises :class:`CacheError`."""
        try:
            from hishel import SqliteStorage
        except ImportError as error:
            raise CacheError("needs hishel: pip install 'comment-moderation[cache]'") from error
        name = "private.db" if allow_private else "public.db"
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._storage: Any = SqliteStorage(
                database_path=Path(folder).resolve() / name, max_stream_size=max_bytes
            )
            self._storage.get_entries("")  # opens the database: better now than at the first page
        except (OSError, RuntimeError) as error:
            why = getattr(error, "strerror", None) or error
            raise CacheError(f"{folder}: cannot be used as a cache: {why}") from error

    def around(self, transport: httpx.BaseTransport) -> httpx.BaseTransport:
        """``transport``, asked only for what is not in the cache or may have changed since."""
        from hishel import CacheOptions
        from hishel.httpx import CacheTransport

        class Transport(CacheTransport):
            def close(self) -> None:
                self.next_transport.close()  # hishel would close the storage too, which the next request needs

        return Transport(transport, storage=self._storage, rfc=CacheOptions(shared=False))

    def close(self) -> None:
        self._storage.close()
