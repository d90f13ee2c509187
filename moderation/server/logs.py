"""One JSON object a line on stderr. What is logged is chosen field by field; texts, names and
keys never are.
"""

from __future__ import annotations

import json
import logging
import queue
import sys
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener

#: Lines that may wait to be written. What reads our stderr may stop reading; the service must not stop for it.
_MOST_WAITING = 10_000


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        entry.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
        return json.dumps(entry, ensure_ascii=True)


class _Dropping(QueueHandler):
    """Hands records to the writing thread; when too many wait, the newest is dropped."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        if self.queue.qsize() < _MOST_WAITING:  # type: ignore[attr-defined]
            self.queue.put_nowait(record)


class _Writing(QueueListener):
    def stop(self) -> None:
        """Waits for what is still to be written, but not for ever: the reader may never come back."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self.enqueue_sentinel()
            thread.join(2)


def set_up(level: str) -> QueueListener:
    """Sends our log and the web server's to stderr as JSON lines; the caller stops what is returned at the end.

    A thread of its own writes, so that no request waits for whoever reads the log.
    """
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(JsonLines())
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = _Dropping(waiting)
    listener = _Writing(waiting, writer)
    listener.start()
    for name in ("moderation.server", "uvicorn", "uvicorn.error", "alembic"):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name != "uvicorn.error" else []
        logger.setLevel(level.upper() if name == "moderation.server" else "WARNING")
        logger.propagate = name == "uvicorn.error"
    return listener
