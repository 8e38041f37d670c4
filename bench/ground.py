"""What both tools call: moto, mended as the tests of the project have it, behind the proxy that counts and delays."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path
from types import TracebackType

from measure import processor_seconds

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60

# Calls by service and operation.
Calls = Counter[str]


class Ground:
    """A server and a proxy before it, both of this run alone; nothing stands in it at first."""

    def __init__(self, python: Path, proxy: Path, latency_milliseconds: int) -> None:
        port = free_port()
        self.server = subprocess.Popen(
            [python, ROOT / "tests" / "moto" / "serve.py", str(port), "--tied"],
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,  # it ends with this pipe
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.server_address = f"127.0.0.1:{port}"
        self.wait()
        # From here on it knows what every account has from the beginning, and has loaded what it needs.
        self.standing()
        self.proxy = subprocess.Popen(
            [proxy, "127.0.0.1:0", self.server_address, f"latency={latency_milliseconds}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.proxy.stdout is not None
        self.address = self.proxy.stdout.readline().strip()
        self.endpoint = f"http://{self.address}"

    def __enter__(self) -> Ground:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (self.proxy, self.server):
            process.kill()
            process.wait()

    def wait(self) -> None:
        """Waits until the server answers."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.server.poll() is not None:
                raise SystemExit(f"moto ended at once, with {self.server.returncode}")
            try:
                get(f"http://{self.server_address}/moto-api/data.json")
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        raise SystemExit("moto does not answer")

    def calls(self) -> Calls:
        """The calls so far."""
        counted = json.loads(get(f"{self.endpoint}/bed/counts"))
        return Counter({f"{row['service']}:{row['operation']}": row["calls"] for row in counted})

    def server_seconds(self) -> float:
        """What the server took of the processor so far."""
        return processor_seconds(self.server.pid)

    def standing(self) -> list[str]:
        """The objects that stand, whoever made them."""
        standing: list[str] = json.loads(get(f"http://{self.server_address}/moto-api/standing.json"))
        return standing


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=120) as answer:
        text: str = answer.read().decode()
    return text


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
