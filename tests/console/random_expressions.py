"""Random nested expressions over small literals, the same ones for the same seed.

Each generator asks for parts of the kind that it needs; one part in twelve is of any kind, so that
conversions, unifications and refusals are mixed in.
"""

import random

KINDS = ("number", "text", "truth", "sequence", "mapping")
VARIABLES = {
    "number": ["var.number_from_text", "var.server.cpus", "var.servers[1].port"],
    "text": ["var.name", "var.count_text", "var.server.name", "var.pair[0]"],
    "truth": ["var.flag_from_text"],
    "sequence": ["var.zones", "var.untyped", "var.unique", "var.pair", "var.numbers_as_strings"],
    "mapping": ["var.sizes", "var.anything", "var.server", "local.people"],
}
NUMBERS = ["0", "1", "2", "3", "7", "10", "0.5", "1.25", "-1", "-2.5", "100", "1e3"]
TEXTS = ['""', '"a"', '"b"', '"ab"', '"1"', '"true"', '"B c"', '"é"', '"a,b"', '"10"', '"x\\ny"']
KEYS = ["a", "b", "c", '"d e"', '"1"']

TEMPLATES = {
    "number": [
        "{number} + {number}", "{number} - {number}", "{number} * {number}", "{number} / 4",
        "{number} % 3", "-{number}", "({number})", "abs({number})", "ceil({number})",
        "floor({number})", "max({number}, {number})", "min({number}, {number}, {number})",
        "signum({number})", "length({sequence})", "length({text})", "length({mapping})",
        "sum([{number}, {number}])", "tonumber({text})", "parseint({text}, 16)",
        "{truth} ? {number} : {number}", "try(tonumber({text}), {number})",
        "lookup({mapping}, {text}, {number})", "element([{number}, {number}], {number})",
        "coalesce(null, {number})", "[{number}, {number}][0]", "one([{number}])",
        "index([{any}, {number}], {number})", "pow(2, 3) + {number}", "sum(range(abs(floor({number})) % 6))",
    ],
    "text": [
        '"${{{number}}}-${{{text}}}"', '"${{{any}}}"', "upper({text})", "lower({text})",
        'join("-", {sequence})', "trimspace({text})", 'replace({text}, "a", {text})',
        "substr({text}, 0, 2)", "strrev({text})", "title({text})", 'format("%s/%v", {text}, {any})',
        'format("%05.1f", {number})', "jsonencode({any})", "{truth} ? {text} : {text}",
        "tostring({any})", "coalesce({text}, {text})", '"%{{if {truth}}}${{{text}}}%{{else}}no%{{endif}}"',
        '"%{{for item in {sequence}}}[${{item}}]%{{endfor}}"', "try({mapping}.a, {text})",
        "element([{text}, {text}], 1)", "base64encode({text})", "urlencode({text})", "indent(2, {text})",
        "md5({text})", "yamlencode({any})", "trimprefix({text}, {text})", "cidrsubnet(\"10.0.0.0/8\", 8, {number})",
        'regex("[a-z0-9]", {text})', "chomp({text})",
    ],
    "truth": [
        "{any} == {any}", "{any} != {any}", "{number} < {number}", "{number} >= {number}",
        "{truth} && {truth}", "{truth} || {truth}", "!{truth}", "contains({sequence}, {any})",
        "startswith({text}, {text})", "can({any})", "alltrue([{truth}, {truth}])", "anytrue([{truth}])",
        "tobool({text})", "strcontains({text}, {text})", "{sequence} == {sequence}", "{mapping} == {mapping}",
    ],
    "sequence": [
        "[{any}, {any}]", "[{number}, {number}, {number}]", "[{text}, {text}]", "concat({sequence}, {sequence})",
        "reverse({sequence})", "tolist({sequence})", "toset({sequence})", "distinct({sequence})",
        "flatten([{sequence}, {any}])", "keys({mapping})", "values({mapping})", "split(\",\", {text})",
        "[for item in {sequence} : item]", "[for index, item in {sequence} : index]",
        "[for item in {sequence} : [item, {any}]]", "[for item in {sequence} : item if {truth}]",
        "[for key, value in {mapping} : \"${{key}}\"]", "[for key, value in {mapping} : value]",
        "{truth} ? {sequence} : {sequence}", "sort({sequence})", "compact({sequence})", "range({number})",
        "chunklist({sequence}, 2)", "slice({sequence}, 0, 1)", "setunion({sequence}, {sequence})",
        "setsubtract({sequence}, {sequence})", "setintersection({sequence}, {sequence})",
        "setproduct({sequence}, {sequence})", "coalescelist({sequence}, {sequence})", "{sequence}[*]",
        "formatlist(\"%v\", {sequence})", "try({sequence}, [])", "jsondecode(jsonencode({sequence}))",
        "regexall(\"[a-z]\", {text})", "matchkeys({sequence}, {sequence}, {sequence})", "[{mapping}][*]",
    ],
    "mapping": [
        "{{a = {any}, b = {any}}}", "{{{key} = {any}}}", "{{({text}) = {any}}}", "merge({mapping}, {mapping})",
        "tomap({mapping})", "{{for item in {sequence} : item => {any}}}", "zipmap({sequence}, {sequence})",
        "{{for index, item in {sequence} : \"k${{index}}\" => item}}",
        "{{for key, value in {mapping} : key => value}}", "{{for key, value in {mapping} : upper(key) => [value]}}",
        "{{for item in {sequence} : length([item]) => item...}}", "{truth} ? {mapping} : {mapping}",
        "jsondecode(jsonencode({mapping}))", "try({mapping}, {{}})", "yamldecode(yamlencode({mapping}))",
        "transpose({{a = {sequence}}})", "lookup({{a = {mapping}}}, \"a\", {{}})",
    ],
}


class Parts(dict):
    """Fills the holes of a template one by one, each with a fresh expression of the kind asked for."""

    def __init__(self, source, depth):
        super().__init__()
        self.source = source
        self.depth = depth

    def __missing__(self, kind):
        return expression(self.source, kind, self.depth)


def leaf(source, kind):
    if source.random() < 0.25:
        return source.choice(VARIABLES[kind])
    literals = {
        "number": lambda: source.choice(NUMBERS),
        "text": lambda: source.choice(TEXTS),
        "truth": lambda: source.choice(["true", "false"]),
        "sequence": lambda: source.choice(["[]", "[1, 2]", '["a", "b"]', '["b", 1, true]', "[null, 1]", "[[1], [2]]"]),
        "mapping": lambda: source.choice(["{}", "{a = 1}", '{b = "x", a = 2}', "{a = [1], c = null}"]),
    }
    return literals[kind]()


def expression(source, kind, depth):
    """One expression of the kind; depth is how many more calls may be nested in it."""
    if kind == "key":
        return source.choice(KEYS)
    if kind == "any" or source.random() < 1 / 12:
        kind = source.choice(KINDS)
    if depth == 0 or source.random() < 0.12:
        return leaf(source, kind)
    text = source.choice(TEMPLATES[kind]).format_map(Parts(source, depth - 1))
    bare = kind in ("number", "truth") and " " in text
    return f"({text})" if bare or " ? " in text else text


def page(seed, count):
    """The text of random.txt: `count` different expressions, no results."""
    source = random.Random(seed)
    seen = {}
    while len(seen) < count:
        text = expression(source, source.choice(KINDS), source.choice([2, 2, 3, 3, 4]))
        if 12 <= len(text) <= 220:
            seen[text] = None
    lines = [f"# Written by `bless --random {seed} {count}`: nested expressions from a seeded generator.", ""]
    return "\n".join(lines + [f"> {text}" for text in seen]) + "\n"
