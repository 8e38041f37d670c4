"""Serves the published model of the AWS API on loopback: it takes requests that the model allows, and keeps nothing.

`modelled.py PORT` reads every request by the model of its service, as botocore carries it, and answers in the shape that
the model gives, with made-up values and no further page. What the model does not have, or not so, is told by
`/told.json`: every operation that was asked for, with what is wrong with the requests. It ends with its input.
"""

import json
import os
import re
import sys
import threading
from collections import defaultdict
from datetime import datetime, timezone
from functools import cache
from urllib.parse import parse_qsl, unquote

import botocore.loaders
import botocore.serialize
import botocore.validate
from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

# The names that requests are signed for, where a model has another one.
MODELS = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}

# Members that lead to another page.
PAGES = re.compile(r"(token|marker|nextrecord\w*)$", re.IGNORECASE)

# States in which nothing more is waited for.
GOOD = ["available", "active", "ACTIVE", "Enabled", "COMPLETED", "INSYNC"]

# How deep made-up answers go: some shapes hold themselves.
DEEPEST = 8

loader = botocore.loaders.Loader()
told = defaultdict(lambda: {"requests": 0, "problems": set()})
lock = threading.Lock()


@cache
def model_of(signed):
    """The model of a service."""
    name = MODELS.get(signed, signed)
    return ServiceModel(loader.load_service_model(name, "service-2"), name)


def pattern_of(operation):
    """What the path of an operation looks like, and which parameters stand in its query."""
    path, _, query = operation.http["requestUri"].partition("?")
    parts = re.split(r"\{(\w+)(\+?)\}", path)
    pattern = re.escape(parts[0].rstrip("/") if len(parts) == 1 else parts[0])
    for name, greedy, rest in zip(parts[1::3], parts[2::3], parts[3::3]):
        pattern += f"(?P<{name}>{'.+' if greedy else '[^/]+'})" + re.escape(rest)
    return re.compile(pattern.rstrip("/") + "/?$"), dict(parse_qsl(query, keep_blank_values=True))


@cache
def paths_of(signed):
    """The operations of a REST service with their paths, the narrowest first."""
    model = model_of(signed)
    found = [(model.operation_model(name), *pattern_of(model.operation_model(name))) for name in model.operation_names]
    return sorted(found, key=lambda one: (-len(one[2]), -len(one[1].pattern)))


def headers_of(operation):
    """The headers that an operation is never asked for without."""
    shape = operation.input_shape
    required = [shape.members[name] for name in shape.required_members] if shape else []
    return [one.serialization["name"] for one in required if one.serialization.get("location") == "header"]


def operation_of(signed, request):
    """The operation that a request asks for, its protocol and the parameters of its path."""
    model = model_of(signed)
    if target := request.headers.get("X-Amz-Target"):
        return model.operation_model(target.rpartition(".")[2]), "json", {}
    if "form" in request.headers.get("Content-Type", ""):
        return model.operation_model(request.form["Action"]), "ec2" if signed == "ec2" else "query", {}
    # As it was sent: an ARN in a path holds slashes of its own.
    sent = request.environ["RAW_URI"].partition("?")[0]
    for operation, path, query in paths_of(signed):
        match = path.match(sent)
        if match and operation.http["method"] == request.method:
            # Some operations differ by a header alone, such as that which names what is copied.
            headed = all(name in request.headers for name in headers_of(operation))
            if headed and all(request.args.get(name) == value for name, value in query.items()):
                given = {name: unquote(value) for name, value in match.groupdict().items()}
                return operation, model.metadata["protocol"], given
    raise KeyError(f"{request.method} {request.full_path}")


def leaves(value, path=""):
    """The paths of everything that a JSON document holds."""
    if isinstance(value, dict):
        return {leaf for name, inner in value.items() for leaf in leaves(inner, f"{path}.{name}")} or {path}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner, f"{path}[]")} or {path}
    return {path}


def unknown(operation, protocol, request, given):
    """What a request holds beyond what the model reads of it: all that is lost when it is written again."""
    written = botocore.serialize.create_serializer(protocol).serialize_to_request(given, operation)
    if protocol in ("query", "ec2"):
        return set(request.form) - set(written["body"])
    if protocol == "rest-xml" or not request.get_data():
        return set()
    return leaves(json.loads(request.get_data())) - leaves(json.loads(written["body"] or "{}"))


def no_word(shape, value, path=""):
    """Words that are none of those that the model lists."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, inner in value.items():
            if name in shape.members:
                yield from no_word(shape.members[name], inner, f"{path}.{name}")
    elif shape.type_name == "list":
        for inner in value:
            yield from no_word(shape.member, inner, f"{path}[]")
    elif shape.type_name == "map":
        for inner in value.values():
            yield from no_word(shape.value, inner, f"{path}{{}}")
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        yield f"{path} is {value!r}, none of {', '.join(shape.enum)}"


def parameters(operation, protocol, request, path):
    """What a request says, as the model reads it."""
    asked = {
        "body": request.get_data(),
        "headers": Headers(request.headers),
        "method": request.method,
        "url_params": path,
        "url_path": request.path,
        "values": MultiDict(request.values),
    }
    return PROTOCOL_PARSERS[protocol](operation).parse(asked)


def problems(operation, protocol, request, given):
    """What is wrong with a request."""
    if operation.input_shape is None:
        return
    report = botocore.validate.ParamValidator().validate(given, operation.input_shape)
    if report.has_errors():
        yield report.generate_report()
        return
    yield from no_word(operation.input_shape, given)
    yield from (f"{name} is not in the model" for name in unknown(operation, protocol, request, given))


def sample(shape, named, name="", depth=0):
    """A value of a shape: what a request named, under the same name; a state that is good; `None` for what is left out."""
    if shape.type_name == "structure":
        if depth > DEEPEST:
            return None
        members = [(member, one) for member, one in shape.members.items() if not PAGES.search(member)]
        inner = {member: sample(one, named, member, depth + 1) for member, one in members}
        return {member: value for member, value in inner.items() if value is not None}
    if shape.type_name == "list":
        one = sample(shape.member, named, name, depth + 1)
        return [] if one is None else [one]
    if shape.type_name == "map":
        one = sample(shape.value, named, name, depth + 1)
        return {} if one is None else {sample(shape.key, named, "key", depth): one}
    if shape.type_name == "string":
        if shape.enum:
            return next((word for word in GOOD if word in shape.enum), shape.enum[0])
        if name.lower() in named:
            return named[name.lower()]
        if name.lower().endswith(("status", "state")):
            return GOOD[0]
        return "arn:aws:sample:us-east-1:123456789012:sample/one" if name.lower().endswith("arn") else "sample"
    if shape.type_name in ("integer", "long", "float", "double"):
        return max(1, int(shape.metadata.get("min", 1)))
    made = {"boolean": False, "timestamp": datetime(2026, 1, 1, tzinfo=timezone.utc), "blob": b"sample"}
    return made[shape.type_name]


def answered(operation, protocol, given):
    """An answer in the shape of an operation."""
    named = {name.lower(): value for name, value in given.items() if isinstance(value, str)}
    result = sample(operation.output_shape, named) if operation.output_shape else {}
    made = get_serializer_class(operation.service_model.service_name, protocol)(operation).serialize(result)
    return Response(made["body"], made["status_code"], made["headers"])


@Request.application
def application(request):
    if request.path == "/told.json":
        with lock:
            text = {name: {**one, "problems": sorted(one["problems"])} for name, one in told.items()}
        return Response(json.dumps(text, sort_keys=True), content_type="application/json")
    signed = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", request.headers.get("Authorization", ""))
    signed = signed.group(1) if signed else "sts"
    name, wrong, answer = f"{signed}:?", [], Response("{}", 400)
    try:
        operation, protocol, path = operation_of(signed, request)
        name = f"{signed}:{operation.name}"
        given = parameters(operation, protocol, request, path)
        wrong = list(problems(operation, protocol, request, given))
        answer = answered(operation, protocol, given)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
        wrong = [f"{type(error).__name__}: {error}"]
    with lock:
        told[name]["requests"] += 1
        told[name]["problems"].update(wrong)
    return answer


def end_with_parent():
    """Ends this process when nobody holds the other end of its input any more."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    make_server("127.0.0.1", int(sys.argv[1]), application, threaded=True).serve_forever()
