"""How each tool does what is measured."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import topology

# In this order: each leaves what the next one needs.
PHASES = {
    "create-plan": "plan of everything, nothing standing",
    "apply": "create everything",
    "no-op": "plan when everything stands as it should; relight with its memory",
    "no-op-forgotten": "the same after `rm -rf .relight`: relight knows the clouds only",
    "changed-plan": "plan when one size has changed",
    "failover": "the standby takes over: its autoscaling groups come up, its databases are promoted",
    "destroy": "delete everything",
}


class Impossible(Exception):
    """A tool has no way to do this; says why."""


@dataclass(frozen=True)
class Job:
    """A command, and the exit code that says that it did what it should."""

    command: Sequence[str]
    exit_code: int


class Tool(Protocol):
    """What the runner knows of a tool."""

    name: str
    environment: Mapping[str, str]

    def version(self) -> str:
        """Which one it is."""

    def prepare(self, directory: Path) -> None:
        """What comes before the first plan, and is not measured."""

    def job(self, phase: str, directory: Path) -> Job:
        """How it does what a phase asks."""

    def after(self, phase: str, directory: Path) -> None:
        """Puts right what a phase left, for the next one."""


class Terraform:
    """The real binary, with a provider from wherever its own configuration says."""

    name = "terraform"

    def __init__(self, binary: Path, environment: Mapping[str, str]) -> None:
        self.binary = binary
        self.environment = {**environment, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        self.provider = ""

    def version(self) -> str:
        told = json.loads(self.run(["version", "-json"], Path.cwd()))
        return " ".join(["terraform", told["terraform_version"], self.provider]).strip()

    def prepare(self, directory: Path) -> None:
        self.run(["init", "-input=false", "-no-color"], directory)
        told = json.loads(self.run(["version", "-json"], directory))
        selected: dict[str, str] = told["provider_selections"]
        self.provider = ", ".join(f"{name.rpartition('/')[2]} {version}" for name, version in selected.items())

    def run(self, arguments: Sequence[str], directory: Path) -> str:
        done = subprocess.run(
            [self.binary, *arguments],
            cwd=directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Impossible(f"terraform {arguments[0]} fails: {last_words(done.stderr)}")
        return done.stdout

    def job(self, phase: str, directory: Path) -> Job:
        plan = ["plan", "-detailed-exitcode"]
        apply = ["apply", "-auto-approve"]
        match phase:
            case "create-plan":
                return self.says(plan, {}, 2)
            case "apply":
                return self.says(apply, {}, 0)
            case "no-op":
                return self.says(plan, {}, 0)
            case "changed-plan":
                return self.says(plan, topology.CHANGED, 2)
            case "failover":
                return self.says(apply, topology.TAKEN_OVER, 0)
            case "destroy":
                return self.says(["destroy", "-auto-approve"], topology.TAKEN_OVER, 0)
        raise Impossible("without its state it knows nothing")

    def says(self, command: Sequence[str], variables: Mapping[str, str], exit_code: int) -> Job:
        given = [f"-var={name}={value}" for name, value in variables.items()]
        return Job([str(self.binary), *command, "-input=false", "-no-color", *given], exit_code)

    def after(self, phase: str, directory: Path) -> None:
        pass


class Relight:
    """The binary of this project, built with the real API."""

    name = "relight"

    def __init__(self, binary: Path, environment: Mapping[str, str]) -> None:
        self.binary = binary
        self.environment = environment

    def version(self) -> str:
        return subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def prepare(self, directory: Path) -> None:
        pass

    def job(self, phase: str, directory: Path) -> Job:
        plan = ["plan", "--detailed-exitcode"]
        apply = ["apply", "--yes", "--events", f"{phase}.events"]
        match phase:
            case "create-plan":
                return self.says(plan, {}, 2)
            case "apply":
                return self.says(apply, {}, 0)
            case "no-op":
                return self.says(plan, {}, 0)
            case "no-op-forgotten":
                (directory / ".relight").rename(directory / "remembered")
                return self.says(plan, {}, 0)
            case "changed-plan":
                return self.says(plan, topology.CHANGED, 2)
            case "failover":
                shutil.copytree(directory / ".relight", directory / "peacetime")
                takes_over = ["failover", "oregon", "--lost", "virginia", "--incident", "bench"]
                return self.says([*takes_over, *apply[1:]], {}, 0)
            case "destroy":
                return self.says(["destroy", *apply[1:]], {}, 0)
        raise Impossible(f"there is no phase {phase}")

    def says(self, command: Sequence[str], variables: Mapping[str, str], exit_code: int) -> Job:
        given = [word for name, value in variables.items() for word in ("--var", f"{name}={value}")]
        return Job([str(self.binary), *command, "--format", "json", *given], exit_code)

    def after(self, phase: str, directory: Path) -> None:
        if phase == "no-op-forgotten":
            shutil.rmtree(directory / ".relight", ignore_errors=True)
            (directory / "remembered").rename(directory / ".relight")
        if phase == "failover":
            # A site that was declared lost gets no call: to delete what stands there, nobody may have been told.
            shutil.rmtree(directory / ".relight")
            (directory / "peacetime").rename(directory / ".relight")

    def schema(self, kind: str) -> dict[str, object]:
        """What it tells of a kind."""
        command = [self.binary, "schema", kind, "--format", "json"]
        told: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return told


def environment(endpoint: str) -> dict[str, str]:
    """The same credentials and the same address for both tools, and nothing of the user's own AWS set-up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_", "RELIGHT_"))}
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def last_words(text: str) -> str:
    """The end of what a command said, on one line."""
    return " ".join(text.split())[-300:]
