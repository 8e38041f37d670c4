"""What stands in the server, whoever made it, apart from what each account has from the beginning.

`/moto-api/standing.json` names every object, over all accounts. `/moto-api/world.json?account=A` tells each object of one
account with what the server keeps of it. moto's own `data.json` lists what was ever made.
"""

import functools
import json
import threading
from urllib.parse import parse_qs, urlsplit

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.common_models import BaseModel
from moto.utilities.tagging_service import TaggingService

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


# One look at a time.
looking = threading.Lock()


def while_others_call(look):
    """Looks again where another request changed what was being looked at."""

    @functools.wraps(look)
    def patient(*given):
        for _ in range(100):
            try:
                with looking:
                    return look(*given)
            except RuntimeError:  # what Python calls a dictionary that changes while it is gone through
                continue
        raise RuntimeError("the world does not stand still")

    return patient


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
    if kind == "Subnet":  # machines that were in it still know it
        return not any(model.id in zone for zone in model.ec2_backend.subnets.values())
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


def service_of(model):
    """The service that an object belongs to."""
    return type(model).__module__.split(".")[1]


def name_of(model):
    """What names an object; nothing where nothing does."""
    names = (getattr(model, name, None) for name in NAMES)
    return next((name for name in names if isinstance(name, str) and name), "")


def label(region, model):
    """A line that names an object."""
    return f"{service_of(model)} {type(model).__name__} {region} {name_of(model)}".strip()


def warm(owner, everybody=False):
    """Makes the backends of an account, and remembers what they begin with; or what those of all accounts do."""
    for service in SERVICES:
        dictionary = get_backend(service)
        for region in REGIONS:
            account = dictionary[owner]
            account["aws" if "aws" in account.regions or service in ("iam", "route53", "s3") else region]
    for account, _, backend in every_backend():
        # Those of others may be in the making.
        if (everybody or account == owner) and id(backend) not in beginnings:
            beginnings[id(backend)] = (backend, {id(model): model for model in models(backend)})


def every_backend():
    """All backends in use; moto's own among them are none of AWS."""
    found = {}
    for dictionary in list(BackendDict._instances):
        if dictionary.service_name not in ("moto_api", "instance_metadata"):
            # Some services are known under several names.
            found.update({id(backend): (owner, region, backend) for owner, region, backend in dictionary.iter_backends()})
    return list(found.values())


@while_others_call
def standing(request, full_url, headers):
    """What stands, one line for each object, sorted."""
    warm(DEFAULT_ACCOUNT_ID, everybody=True)
    lines = []
    for _, region, backend in every_backend():
        first = beginnings[id(backend)][1] if id(backend) in beginnings else {}
        labels = [label(region, model) for model in models(backend) if id(model) not in first]
        # Snapshots hold copies of what they were made of, under its name.
        lines += set(labels) if backend.__module__.startswith("moto.rds") else labels
    return 200, {"Content-Type": "application/json"}, json.dumps(sorted(lines))


def plain(value, depth=4):
    """A value as JSON can have it; other objects by their names."""
    if value is None or isinstance(value, (str, int, bool)):
        return value
    if depth == 0 or isinstance(value, (BaseBackend, BackendDict, type)):
        return None
    if isinstance(value, BaseModel) and depth < 4:
        return name_of(value)
    if isinstance(value, (list, tuple)):
        return [plain(part, depth - 1) for part in value]
    if isinstance(value, (set, frozenset)):
        return sorted(str(part) for part in value)
    if isinstance(value, dict):
        return {str(key): plain(part, depth - 1) for key, part in value.items()}
    if type(value).__module__.startswith("moto.") and hasattr(value, "__dict__"):
        told = {key: plain(part, depth - 1) for key, part in vars(value).items() if not key.startswith("_")}
        return {key: part for key, part in told.items() if part is not None}
    return None


def tags_of(backend):
    """Tags that stand beside their objects, by what names those."""
    services = [part for part in vars(backend).values() if isinstance(part, TaggingService)]
    found = [item for service in services for item in service.tags.items()]
    if backend.__module__ == "moto.ec2.models":
        # It keeps those of what is gone.
        standing = {name_of(model) for model in models(backend)} | {getattr(model, "id", "") for model in models(backend)}
        found += [(name, tags) for name, tags in backend.tags.items() if name in standing]
    return [(name, dict(tags)) for name, tags in found if tags]


@while_others_call
def world(request, full_url, headers):
    """The objects of one account, each with what the server keeps of it; its first call makes the account."""
    (account,) = parse_qs(urlsplit(full_url).query)["account"]
    warm(account)
    things, told = [], set()
    for owner, region, backend in every_backend():
        if owner != account:
            continue
        service = backend.__module__.split(".")[1]
        told.update(beginnings.get(id(backend), (None, {}))[1])
        for model in models(backend):
            # Other services know it too: a group of subnets of databases holds those of the network.
            if service_of(model) == service and id(model) not in told:
                told.add(id(model))
                thing = {"service": service, "model": type(model).__name__, "name": name_of(model)}
                things.append({**thing, "region": region, "attributes": plain(model)})
        for name, tags in tags_of(backend):
            things.append({"service": service, "model": "Tags", "name": name, "region": region, "attributes": tags})
    return 200, {"Content-Type": "application/json"}, json.dumps(things)
