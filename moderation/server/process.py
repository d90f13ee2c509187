"""The service as a process: listens, says where, exchanges the model on SIGHUP, finishes what it accepted."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI

from moderation.server import logs
from moderation.server.app import create_app
from moderation.server.errors import ApiError
from moderation.server.malformed import JsonHttpProtocol
from moderation.server.service import Service, StartError
from moderation.server.settings import Settings, SettingsError
from moderation.server.store import StoreError

log = logging.getLogger("moderation.server")


def run(settings: Settings | None = None, *, scorer: Any = None) -> int:
    """Serves until SIGTERM or SIGINT; returns the exit code: 0 stopped, 1 could not start, 2 wrong settings.

    ``scorer`` stands in for ``settings.model``. Messages go to stderr.
    """
    try:
        settings = Settings.load() if settings is None else settings
    except SettingsError as error:
        print(f"moderation serve: {error}", file=sys.stderr)
        return 2
    # The event loop waits at most this long for the interpreter lock while texts are prepared in other threads.
    sys.setswitchinterval(0.0005)
    app = create_app(settings, scorer=scorer)
    try:
        listener = _listen(settings)
    except OSError as error:
        print(f"moderation serve: cannot listen on {settings.host}:{settings.port}: {error}", file=sys.stderr)
        return 1
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is something to reload, it must not end us
    service: Service = app.state.service
    writing = logs.set_up(settings.log_level)
    try:
        with listener:
            service.start()
            return _serve(app, settings, service, listener)
    except SettingsError as error:
        print(f"moderation serve: {error}", file=sys.stderr)
        return 2
    except (StoreError, StartError) as error:
        print(f"moderation serve: {error}", file=sys.stderr)
        return 1
    finally:
        writing.stop()


def _serve(app: FastAPI, settings: Settings, service: Service, listener: socket.socket) -> int:
    config = uvicorn.Config(
        app,
        http=JsonHttpProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=round(settings.shutdown_seconds) or None,
        backlog=1024,
        # Longer than nginx keeps an idle connection, or it would now and then use one that is being closed.
        timeout_keep_alive=75,
    )
    server = _Server(config, service)
    # The web server puts its own handlers in once it runs, and raises the signal again after it has shut down.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    where = f"http://{shown}:{port}"
    print(f"Scoring comments on {where} with {service.scorer.model}", file=sys.stderr, flush=True)
    server.run(sockets=[listener])
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service
        self._reloads: set[asyncio.Task[None]] = set()
        self._stopped = False

    def stop(self, *_: object) -> None:
        """Ends the service as soon as it has started: for a signal that comes before the web server listens to any."""
        self._stopped = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._stopped:
            # Not at once: the web server would then leave without closing anything.
            asyncio.get_running_loop().call_soon(setattr, self, "should_exit", True)
        if hasattr(signal, "SIGHUP"):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hang_up)

    def _hang_up(self) -> None:
        task = asyncio.get_running_loop().create_task(self._reload())
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)

    async def _reload(self) -> None:
        try:
            done = await self._service.reload()
        except ApiError as error:
            log.error("reload failed", extra={"fields": {"reason": error.message}})
        else:
            log.info("reloaded", extra={"fields": dict(done)})


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Naming the protocol matters: asyncio switches Nagle's algorithm off only for sockets that say they are TCP, and
    # with it on, every answer waits 40 ms for the client's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener
