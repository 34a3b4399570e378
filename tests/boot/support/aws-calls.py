"""Lets the real AWS CLI read calls, one JSON list of words a line of standard input, and says for each what is wrong with it.

Nothing is sent: the request is made, and given to nobody. What a call takes of the answer (--query) is looked for in the service's own
model of that answer.
"""

import io
import json
import os
import sys
from contextlib import redirect_stderr

os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-1", AWS_EC2_METADATA_DISABLED="true")

import jmespath
from awscli.clidriver import create_clidriver


def missing(node, shape):
    """Yields the fields that an expression names and the answer has not; returns what it ends at."""
    kind, children = node["type"], node["children"]
    if shape is None or kind in ("identity", "current"):
        return shape
    if kind == "field":
        if shape.type_name != "structure" or node["value"] not in shape.members:
            yield node["value"]
            return None
        return shape.members[node["value"]]
    if kind in ("index", "flatten"):
        if children:
            shape = yield from missing(children[0], shape)
        return shape if kind == "flatten" or shape is None else shape.member
    if kind in ("projection", "filter_projection"):
        shape = yield from missing(children[0], shape)
        return (yield from missing(children[1], shape.member)) if shape is not None else None
    if kind in ("subexpression", "index_expression"):
        for child in children:
            shape = yield from missing(child, shape)
        return shape
    if kind == "multi_select_list":
        for child in children:
            yield from missing(child, shape)
        return None
    raise ValueError(f"--query uses {kind}, which this test cannot read")


class Sent(Exception):
    """The request was made."""


driver = create_clidriver()
asked = []


def stop(model, **_):
    asked.append(model)
    raise Sent()


driver.session.register("before-call.*", stop)
for line in sys.stdin:
    words = json.loads(line)
    asked.clear()
    wrong = io.StringIO()
    with redirect_stderr(wrong):
        try:
            code = driver.main(words)
        except SystemExit as end:
            code = end.code
    # What stops the request is said as an error of its own, without a text.
    said = wrong.getvalue().strip()
    if asked:
        query = words[words.index("--query") + 1] if "--query" in words else "@"
        said = ", ".join(f"the answer has no {field}" for field in missing(jmespath.compile(query).parsed, asked[0].output_shape))
    elif not said:
        said = f"ended with {code}, and no request was made"
    print(" ".join(said.split()))
