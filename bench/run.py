#!/usr/bin/env python3
"""Terraform and relight beside one another: the same work, the same cloud, the same proxy. See README.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import report
import topology
from events import waits
from floor import floor
from ground import ROOT, Ground
from measure import measure
from tools import PHASES, Impossible, Job, Relight, Terraform, Tool, environment, last_words

LIMIT_SECONDS = 3600.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stacks", type=int, nargs="+", default=[1], help="how many stacks; several sizes one by one")
    parser.add_argument("--latency", type=int, nargs="+", default=[0, 50], help="of each call, in milliseconds")
    parser.add_argument("--tools", nargs="+", choices=["terraform", "relight"], default=["terraform", "relight"])
    parser.add_argument("--phases", nargs="+", choices=list(PHASES), default=list(PHASES), help="apply is always done")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--relight", type=Path, help="a binary with the real API, instead of building one")
    parser.add_argument("--bed", type=Path, help="the proxy [default: `relight-bed` beside relight]")
    parser.add_argument("--terraform", type=Path, help="the binary [default: from PATH]")
    parser.add_argument("--mirror", type=Path, help="a folder with providers [default: as TF_CLI_CONFIG_FILE says]")
    parser.add_argument("--python", type=Path, help="a Python with moto [default: as tests/moto/install says]")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what the tools read, wrote and said")
    return parser.parse_args()


class Runner:
    """What stays the same over all runs."""

    def __init__(self, options: argparse.Namespace, work: Path) -> None:
        self.options = options
        self.work = work
        self.relight = (options.relight or built()).resolve()
        self.proxy = (options.bed or self.relight.with_name("relight-bed")).resolve()
        self.python = options.python or moto_python()
        self.terraform = terraform_of(options)
        self.tools: dict[str, str] = {}
        self.rows: list[report.Row] = []
        self.floors: dict[int, Counter[str]] = {}

    def run(self, stacks: int, latency: int) -> None:
        """Both tools, one after the other, each on a ground of its own."""
        rows = []
        for name in self.options.tools:
            if name == "terraform" and self.terraform is None:
                print("no terraform, or no provider for it: relight is measured alone")
                continue
            rows += self.tool(name, stacks, latency)
        if not rows:
            return
        self.rows += rows
        order = list(PHASES)
        rows.sort(key=lambda row: (order.index(row.phase), row.tool == "relight"))
        least = sum(self.floors.get(stacks, Counter()).values())
        print(f"\n{stacks} stacks, {topology.resources(stacks)} resources, {latency} ms\n\n{report.table(rows)}")
        for title, text in (("To reach", report.goals(rows, least)), ("What relight waits for", report.limits(rows))):
            if text:
                print(f"{title}\n{text}")

    def tool(self, name: str, stacks: int, latency: int) -> list[report.Row]:
        """All phases of one tool."""
        directory = self.work / f"{name}-{stacks}-{latency}"
        topology.write(directory, stacks)
        rows: list[report.Row] = []
        with Ground(self.python, self.proxy, latency) as ground:
            tool = self.made(name, ground)
            try:
                tool.prepare(directory)
            except Impossible as why:
                print(f"{name} is not measured: {why}")
                return []
            self.tools[name] = tool.version()
            for phase in PHASES:
                if phase not in self.options.phases and phase not in ("apply", "destroy"):
                    continue
                if phase == "destroy" and phase not in self.options.phases:
                    continue
                row = self.phase(tool, phase, ground, directory, stacks, latency)
                print(f"  {row.tool} {row.phase}: {row.remark or 'done'}", file=sys.stderr)
                rows.append(row)
                if phase == "create-plan" and isinstance(tool, Relight) and row.measured and stacks not in self.floors:
                    plan = json.loads((directory / "create-plan.out").read_text())
                    self.floors[stacks] = floor(plan, tool.schema)
                if phase == "apply" and row.remark:
                    break
        return rows

    def made(self, name: str, ground: Ground) -> Tool:
        told = environment(ground.endpoint)
        if name == "relight":
            return Relight(self.relight, told)
        if self.options.mirror:
            file = self.work / "terraform.tfrc"
            mirror = json.dumps(str(self.options.mirror.resolve()))
            file.write_text(f"provider_installation {{\n  filesystem_mirror {{\n    path = {mirror}\n  }}\n}}\n")
            told["TF_CLI_CONFIG_FILE"] = str(file)
        assert self.terraform is not None
        return Terraform(self.terraform, told)

    def phase(
        self, tool: Tool, phase: str, ground: Ground, directory: Path, stacks: int, latency: int
    ) -> report.Row:
        """One phase of one tool."""
        size = (stacks, topology.resources(stacks), latency, tool.name, phase)
        try:
            job: Job = tool.job(phase, directory)
        except Impossible as why:
            return report.Row(*size, None, {}, 0.0, None, str(why))
        before, server = ground.calls(), ground.server_seconds()
        output = directory / f"{phase}.out"
        measured = measure(job.command, directory, tool.environment, output, LIMIT_SECONDS)
        server = ground.server_seconds() - server
        calls = ground.calls() - before
        tool.after(phase, directory)
        remark = ""
        if measured.exit_code != job.exit_code:
            said = last_words((directory / f"{phase}.out.err").read_text())
            remark = f"ended with {measured.exit_code} instead of {job.exit_code}: {said}"
        elif phase == "destroy" and (left := ground.standing()):
            remark = f"{len(left)} objects are left, such as {left[0]}"
        told = waits(output, directory / f"{phase}.events") if tool.name == "relight" else None
        return report.Row(*size, measured, dict(sorted(calls.items())), server, told, remark)

    def json(self) -> dict[str, Any]:
        """Everything."""
        return {
            "machine": {"cores": os.cpu_count(), "system": platform.platform()},
            "tools": self.tools,
            "memory": "resident sizes of all processes of a tool at one instant, added up, sampled every 20 ms",
            "floors": {stacks: dict(sorted(calls.items())) for stacks, calls in self.floors.items()},
            "rows": [row.json() for row in self.rows],
        }


def built() -> Path:
    """Builds relight with the real API, and the proxy."""
    command = ["cargo", "build", "--release", "--workspace", "--features", "aws,relight-aws/api"]
    print(" ".join(command), file=sys.stderr)
    subprocess.run(command, cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "relight"


def moto_python() -> Path:
    """The Python that has moto."""
    told = subprocess.run(["bash", ROOT / "tests" / "moto" / "install"], stdout=subprocess.PIPE, text=True, check=False)
    if told.returncode != 0:
        raise SystemExit("without moto nothing can be measured")
    return Path(told.stdout.strip())


def terraform_of(options: argparse.Namespace) -> Path | None:
    """The binary of Terraform, where there is one."""
    found = options.terraform or shutil.which("terraform")
    return Path(found) if found else None


def main() -> None:
    options = arguments()
    # To be ended is to leave every `with`: server and proxy end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="relight-bench-") as temporary:
        work = Path(temporary)
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            work = options.keep.resolve()
        runner = Runner(options, work)
        for stacks in options.stacks:
            for latency in options.latency:
                runner.run(stacks, latency)
        if options.json:
            options.json.write_text(json.dumps(runner.json(), indent=2) + "\n")


if __name__ == "__main__":
    main()
