"""Connections to public addresses only, within a deadline.

A host name is resolved here, its address is checked here, and the connection goes to the very address that
was checked: a name server that answers differently the second time (DNS rebinding) gains nothing. Redirects
pass through the same place, as every connection does.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

Clock = Callable[[], float]

#: NAT64 and 6to4 carry an IPv4 address inside; what counts is that one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # older Pythons call it global
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddress(Exception):
    """The host is, or resolves to, an address that is not on the public internet."""


class UnknownHost(Exception):
    """There is no host of this name: asking again will not make one."""


class OutOfTime(Exception):
    """The deadline for the whole of one address has passed."""


def is_public(address: IPAddress) -> bool:
    """Whether an address is on the public internet: not private, loopback, link-local or reserved."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local or address in _LOCAL_NAT64:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int, timeout: float) -> list[str]:
    """The addresses of a host name, at most ``timeout`` seconds; raises OSError or TimeoutError."""
    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.append(error)

    # getaddrinfo takes no timeout; a thread that outlives its use by some seconds is the price of one.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout)
    if not answer:
        raise TimeoutError(f"the name {host} was not resolved in time")
    if isinstance(answer[0], UnicodeError):
        raise OSError(f"{host} is no valid host name")
    if isinstance(answer[0], OSError):
        raise answer[0]
    return list(dict.fromkeys(info[4][0] for info in answer[0]))


def checked(host: str, port: int, timeout: float, allow_private: bool) -> list[str]:
    """The addresses to connect to; raises :class:`PrivateAddress` when any of them is not public."""
    addresses = resolve(host, port, timeout)
    if not allow_private:
        for address in addresses:
            if not is_public(ipaddress.ip_address(address.split("%")[0])):
                where = host if host == address else f"{host} ({address})"
                raise PrivateAddress(where)
    return addresses


class Deadline:
    """A point in time by which all must be done."""

    def __init__(self, seconds: float, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds left; raises :class:`OutOfTime` when there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise OutOfTime
        return left

    @property
    def passed(self) -> bool:
        return self._clock() >= self._end

    def cap(self, timeout: float | None) -> float:
        return self.left() if timeout is None else min(timeout, self.left())


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the deadline, however the server drips."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.cap(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = checked(host, port, self._deadline.cap(timeout), self._allow_private)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            if isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME:
                raise UnknownHost(f"there is no host {host}") from error
            why = error.strerror or str(error)
            raise httpcore.ConnectError(f"the name {host} cannot be resolved: {why}") from error
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.cap(timeout), local_address, socket_options
                )
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("no connection but TCP is made")

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(min(seconds, self._deadline.left()))


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Any:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class CheckedTransport(httpx.BaseTransport):
    """An httpx transport for one address: checked hosts, one deadline, no proxy, HTTP/1.1.

    Raises httpcore's exceptions, :class:`PrivateAddress` and :class:`OutOfTime`.
    """

    def __init__(
        self, deadline: Deadline, *, allow_private: bool, ssl_context: ssl.SSLContext | None
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            network_backend=_Backend(deadline, allow_private),
            http1=True,
            http2=False,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        response = self._pool.handle_request(core)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()
