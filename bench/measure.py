"""Runs a command and measures it: wall time, time of the processor, memory at the peak.

All processes of the command count: for Terraform its core and every plugin. They are known by their session, which the
command is started in.

- Processor: user and system time. What `wait4` tells of the command and of all children that were waited for, or what
  was last seen of each process in /proc, whichever is more.
- Memory: the resident sizes of all processes at one instant, added up, as /proc tells them every 20 ms; for a command
  of one process its own high-water mark (`VmHWM`). Pages that processes share count for each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_SECONDS = 0.02
# Looking through all processes costs more than looking at those that are known.
LOOK_AROUND_SECONDS = 0.2
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Measured:
    """What a command took."""

    wall_seconds: float
    processor_seconds: float
    peak_bytes: int
    processes: int
    exit_code: int


@dataclass
class Watched:
    """What was seen of a session's processes."""

    session: int
    processor_seconds: dict[int, float] = field(default_factory=dict)
    high_water: dict[int, int] = field(default_factory=dict)
    peak_bytes: int = 0
    alive: set[int] = field(default_factory=set)

    def look_around(self) -> None:
        """Finds the processes of the session."""
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) not in self.alive and int(name) >= self.session:
                stat = stat_of(int(name))
                if stat is not None and int(stat[3]) == self.session:
                    self.alive.add(int(name))

    def look(self) -> None:
        """Looks at those that are known."""
        resident = 0
        for process in sorted(self.alive):
            stat = stat_of(process)
            if stat is None:
                self.alive.discard(process)
                continue
            resident += int(stat[21]) * PAGE
            self.processor_seconds[process] = (int(stat[11]) + int(stat[12])) / TICKS
            self.high_water[process] = max(high_water(process), self.high_water.get(process, 0))
        self.peak_bytes = max(self.peak_bytes, resident)

    def watch(self, over: threading.Event) -> None:
        """Looks until it is over."""
        around_at = 0.0
        while not over.wait(SAMPLE_SECONDS if around_at else 0.0):
            if time.monotonic() - around_at >= LOOK_AROUND_SECONDS:
                self.look_around()
                around_at = time.monotonic()
            self.look()


def stat_of(process: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on; `None` when it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def processor_seconds(process: int) -> float:
    """What a process that goes on took of the processor so far."""
    stat = stat_of(process)
    return 0.0 if stat is None else (int(stat[11]) + int(stat[12])) / TICKS


def high_water(process: int) -> int:
    """The highest resident size of a process, in bytes; 0 when it is gone."""
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def measure(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], output: Path, limit_seconds: float
) -> Measured:
    """Runs a command to its end, or for so long at most; what it says goes into a file."""
    with output.open("wb") as file, (output.parent / (output.name + ".err")).open("wb") as errors:
        begun = time.monotonic()
        child = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=errors,
            start_new_session=True,
        )
        watched = Watched(child.pid)
        over = threading.Event()
        watcher = threading.Thread(target=watched.watch, args=(over,), daemon=True)
        watcher.start()
        late = threading.Timer(limit_seconds, end, (child.pid,))
        late.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - begun
        except BaseException:
            end(child.pid)
            raise
        finally:
            late.cancel()
            over.set()
            watcher.join()
        child.returncode = os.waitstatus_to_exitcode(status)
    seen = sum(watched.processor_seconds.values())
    return Measured(
        wall_seconds=wall,
        processor_seconds=max(usage.ru_utime + usage.ru_stime, seen),
        peak_bytes=max([watched.peak_bytes, *watched.high_water.values()]),
        processes=len(watched.high_water),
        exit_code=child.returncode,
    )


def end(session: int) -> None:
    """Ends a command that takes too long, and what it started."""
    try:
        os.killpg(session, signal.SIGTERM)
    except ProcessLookupError:
        pass
