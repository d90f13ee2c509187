"""Latency, throughput and memory of the service, against the same model served naively.

    python benchmarks/serve.py --cpus 0,1 --client-cpus 2,3

Ours is ``moderation serve`` without its cache; naive is one request = one call of the scorer on the event
loop. Both get 20-word comments, each a new one, from an asyncio client that speaks HTTP/1.1 over kept
connections. Besides the closed loops (each client sends its next comment when it has its answer) there is an
open one: comments arrive at a fixed rate, whether or not the last was answered, and latency counts from when
they were due.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

WORDS = (
    "the a bridge city mayor never always people think that this was money road train wrong right story paper read "
    "again why how could anyone believe it some fool stupid nonsense agree thanks good point river school council"
).split()
PATH = "/v1alpha1/comments:analyze"


@dataclass
class Result:
    """Seconds each answer took, and how many were no 200."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    def row(self, name: str, memory: float) -> str:
        marks = [f"{1000 * percentile(self.latencies, p):.1f}" for p in (50, 95, 99)]
        rate = len(self.latencies) / self.seconds
        return f"| {name} | {' | '.join(marks)} | {rate:.0f} | {self.refused} | {memory:.0f} |"


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else float("nan")


def comment(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(19)) + f" {rng.randrange(10**6)}"


def request(rng: random.Random) -> bytes:
    body = {"comment": {"text": comment(rng)}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}}}
    raw = json.dumps(body).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> int:
    """Sends a request and reads its whole answer; the status."""
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    await reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
    return int(head[9:12])


async def closed_loop(port: int, clients: int, seconds: float) -> Result:
    result = Result()
    started = time.perf_counter()

    async def client(number: int) -> None:
        rng = random.Random(f"{clients} {number}")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begin := time.perf_counter()) < started + seconds:
            status = await ask(reader, writer, request(rng))
            if status == 200:
                result.latencies.append(time.perf_counter() - begin)
            else:
                result.refused += 1
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    result.seconds = time.perf_counter() - started
    return result


async def open_loop(port: int, rate: float, seconds: float) -> Result:
    result = Result()
    rng = random.Random(rate)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    started = time.perf_counter()

    async def one(due: float) -> None:
        connection = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        status = await ask(*connection, request(rng))
        idle.append(connection)
        if status == 200:
            result.latencies.append(time.perf_counter() - due)
        else:
            result.refused += 1

    tasks = []
    for number in range(int(rate * seconds)):
        due = started + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    result.seconds = time.perf_counter() - started
    for _, writer in idle:
        writer.close()
    return result


@contextmanager
def server(command: list[str], cpus: set[int]) -> Iterator[tuple[int, int]]:
    """Starts a server on ``cpus``; its port and process id, once it scores."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {
            **os.environ,
            "MODERATION_DATABASE": f"sqlite:///{folder}/store.sqlite3",
            "MODERATION_LOG_LEVEL": "warning",
        }
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment,
            preexec_fn=lambda: os.sched_setaffinity(0, cpus),
        )
        try:
            asyncio.run(answering(port, process))
            print(f"  first score {time.perf_counter() - started:.2f} s after the start", file=sys.stderr)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(60)


async def answering(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            if await ask(reader, writer, request(random.Random(0))) == 200:
                writer.close()
                return
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.02)
    raise SystemExit("the server ended before it answered")


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def memory(pid: int) -> float:
    """Resident megabytes at their highest."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def naive(model: str | None, port: int) -> None:
    """What a first version looks like: the scorer called on the event loop."""
    import uvicorn
    from fastapi import FastAPI

    from moderation import Scorer

    app = FastAPI()
    scorer = Scorer(model)

    @app.post(PATH)
    async def analyze(body: dict) -> dict:
        value = scorer.score(body["comment"]["text"]).toxicity
        score = {"value": value, "type": "PROBABILITY"}
        return {"attributeScores": {"TOXICITY": {"summaryScore": score}}}

    uvicorn.run(app, port=port, log_level="warning", access_log=False)


def own_rate(model: str | None, count: int = 2000) -> float:
    """Comments a second through ``score_many`` in this process."""
    from moderation import Scorer

    scorer = Scorer(model)
    rng = random.Random(1)
    scorer.score_many([comment(rng) for _ in range(100)])
    texts = [comment(rng) for _ in range(count)]
    started = time.perf_counter()
    scorer.score_many(texts)
    return count / (time.perf_counter() - started)


def cpu_name() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    everything = ",".join(map(str, sorted(os.sched_getaffinity(0))))
    parser.add_argument("--model", help="a model's name or folder; default: the bundled one")
    parser.add_argument("--clients", type=numbers, default=[1, 8, 64, 256])
    parser.add_argument("--rate", type=float, default=50.0, help="comments a second of the open loop")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--cpus", type=numbers, default=numbers(everything), help="cores of the server")
    parser.add_argument(
        "--client-cpus", type=numbers, default=numbers(everything), help="cores of the client"
    )
    parser.add_argument("--naive", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--own-rate", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.naive:
        naive(options.model, options.port)
        return
    if options.own_rate:
        print(own_rate(options.model))
        return

    cpus, model = set(options.cpus), ["--model", options.model] if options.model else []
    measured = subprocess.run(
        [sys.executable, __file__, "--own-rate", *model],
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, cpus),
        check=True,
    )
    own = float(measured.stdout)
    print(f"{cpu_name()}, {len(cpus)} cores for the server, Python {platform.python_version()}")
    print(f"`score_many` alone: {own:.0f} comments/s\n")
    print("| | p50 ms | p95 ms | p99 ms | answers/s | refused | memory MB |\n|---|---|---|---|---|---|---|")
    servers = {
        "ours": [sys.executable, "-m", "moderation", "serve", "--cache-size", "0", *model],
        "naive": [sys.executable, __file__, "--naive", *model],
    }
    os.sched_setaffinity(0, set(options.client_cpus))
    best = {}
    for name, command in servers.items():
        with server(command, cpus) as (port, pid):
            asyncio.run(closed_loop(port, 8, 2.0))  # warm
            result = asyncio.run(open_loop(port, options.rate, options.seconds))
            print(result.row(f"{name}, {options.rate:.0f} a second", memory(pid)), flush=True)
            for clients in options.clients:
                result = asyncio.run(closed_loop(port, clients, options.seconds))
                best[name] = max(best.get(name, 0.0), len(result.latencies) / result.seconds)
                print(result.row(f"{name}, {clients} clients", memory(pid)), flush=True)
    for name, rate in best.items():
        print(
            f"\n{name}: at saturation {rate:.0f} comments/s, {100 * rate / own:.0f} % of `score_many`", end=""
        )
    print()


if __name__ == "__main__":
    main()
