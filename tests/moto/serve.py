"""Serves the shape of the AWS API on loopback: moto, mended, and able to tell what stands in it.

`serve.py PORT [--tied]` is moto's server, put right as `mends.py` says, with one page more: `/moto-api/standing.json` lists
every object that exists, whoever made it, apart from what each account has from the beginning. moto's own `data.json`
lists what was ever made. `--tied` ends it with its input.
"""

import json
import os
import sys
import threading

# Every account has the policies that AWS keeps; moto leaves them out unless asked before it is loaded.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

import mends  # noqa: F401 (it is enough that it is there)
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.common_models import BaseModel
from moto.moto_api._internal import urls
from moto.server import main

# What the kinds of relight live in. A backend makes what every account has when it is first used.
SERVICES = (
    "applicationautoscaling autoscaling backup cloudwatch dynamodb ec2 ecr ecs elasticache elbv2 iam kms lambda rds "
    "route53 s3 secretsmanager sns sqs ssm sts"
).split()
REGIONS = ("us-east-1", "us-west-2")

# What lists and reads no longer show, or show as gone: AWS too remembers these for a while.
GONE = {"terminated", "deleted", "deleting", "pendingdeletion", "inactive", "rejected"}

# Which of these an object has names it.
NAMES = ("arn", "id", "name", "group_id", "identifier", "key", "key_id", "allocation_id", "association_id")

# The objects that stood when a backend was first used, by backend. Kept, so that no id is used again.
beginnings = {}


def parts(thing):
    """What a container, an object or a backend holds."""
    if isinstance(thing, dict):
        return list(thing.values())
    if isinstance(thing, (list, tuple, set, frozenset)):
        return list(thing)
    if type(thing).__module__.startswith("moto.") and hasattr(thing, "__dict__"):
        return list(vars(thing).values())
    return []


def is_leftover(backend, model):
    """Whether it is what moto alone leaves behind, with what it belonged to gone."""
    kind = type(model).__name__
    if kind == "NetworkAcl":  # goes with its network in AWS
        return model.default and model.vpc_id not in backend.vpcs
    # The account's own, made when it is first needed.
    return kind in ("DBParameterGroup", "DBClusterParameterGroup") and model.name.startswith("default.")


def is_gone(model):
    """Whether an object is a mere memory of one."""
    states = [getattr(model, name, None) for name in ("state", "status", "key_state", "_state", "_status")]
    words = [state if isinstance(state, str) else getattr(state, "name", getattr(state, "code", "")) for state in states]
    if getattr(model, "deleted_date", None) or getattr(model, "delete_time", None):
        return True
    return any(isinstance(word, str) and word.replace("_", "").lower() in GONE for word in words)


def models(backend):
    """Every object that can be reached from a backend."""
    found, seen, left = [], set(), [vars(backend)]
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, (BaseBackend, BackendDict, type)):
            continue
        seen.add(id(thing))
        if isinstance(thing, BaseModel):
            if is_gone(thing) or is_leftover(backend, thing):
                continue
            found.append(thing)
        left.extend(parts(thing))
    return found


def label(region, model):
    """A line that names an object."""
    service = type(model).__module__.split(".")[1]
    names = (getattr(model, name, None) for name in NAMES)
    name = next((name for name in names if isinstance(name, str) and name), "")
    return f"{service} {type(model).__name__} {region} {name}".strip()


def warm():
    """Makes the backends, and remembers what they begin with."""
    for service in SERVICES:
        dictionary = get_backend(service)
        for region in REGIONS:
            account = dictionary[DEFAULT_ACCOUNT_ID]
            account["aws" if "aws" in account.regions or service in ("iam", "route53", "s3") else region]
    for _, region, backend in every_backend():
        if id(backend) not in beginnings:
            beginnings[id(backend)] = (backend, {id(model): model for model in models(backend)})


def every_backend():
    """All backends in use; moto's own among them are none of AWS."""
    found = []
    for dictionary in list(BackendDict._instances):
        if dictionary.service_name not in ("moto_api", "instance_metadata"):
            found.extend(dictionary.iter_backends())
    return found


def standing(request, full_url, headers):
    """What stands, one line for each object, sorted."""
    warm()
    lines = []
    for _, region, backend in every_backend():
        first = beginnings[id(backend)][1] if id(backend) in beginnings else {}
        labels = [label(region, model) for model in models(backend) if id(model) not in first]
        # Snapshots hold copies of what they were made of, under its name.
        lines += set(labels) if backend.__module__.startswith("moto.rds") else labels
    return 200, {"Content-Type": "application/json"}, json.dumps(sorted(lines))


def end_with_parent():
    """Ends this process when nobody holds the other end of its input any more."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    if "--tied" in sys.argv[2:]:
        threading.Thread(target=end_with_parent, daemon=True).start()
    urls.url_paths["{0}/moto-api/standing.json"] = standing
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
