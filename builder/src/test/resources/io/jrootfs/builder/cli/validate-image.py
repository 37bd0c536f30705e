"""Validates image documents by the JSON schemas in the directory that is the first argument: of a
layout all that can be reached from its index, of a file that one. Prints what each is."""

import json
import os
import sys

import jsonschema

SCHEMAS = sys.argv[1]
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
KINDS = {
    INDEX: "image-index-schema.json",
    MANIFEST: "image-manifest-schema.json",
    CONFIG: "config-schema.json",
}


def load(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def located(schema, name):
    """References are by file name, but the ids they would be resolved against are on no disk."""
    if isinstance(schema, list):
        return [located(one, name) for one in schema]
    if not isinstance(schema, dict):
        return schema
    result = {}
    for key, value in schema.items():
        if key == "$ref":
            file, _, pointer = value.partition("#")
            result[key] = "schema:/" + (file or name) + "#" + pointer
        elif key != "id" or not isinstance(value, str):
            result[key] = located(value, name)
    return result


STORE = {
    "schema:/" + name: located(load(SCHEMAS, name), name)
    for name in os.listdir(SCHEMAS)
    if name.endswith(".json")
}


def validate(document, name):
    schema = STORE["schema:/" + name]
    jsonschema.Draft4Validator.check_schema(schema)
    jsonschema.Draft4Validator(
        schema,
        resolver=jsonschema.RefResolver("schema:/" + name, schema, store=STORE),
        format_checker=jsonschema.FormatChecker(),
    ).validate(document)
    print(name.split(".")[0].replace("-schema", ""))


def descend(layout, document, kind):
    validate(document, KINDS[kind])
    below = document.get("manifests", []) + document.get("layers", [])
    if kind == MANIFEST:
        below.append(document["config"])
    for descriptor in below:
        validate(descriptor, "content-descriptor.json")
        if layout and descriptor["mediaType"] in KINDS:
            blob = os.path.join(layout, "blobs", *descriptor["digest"].split(":"))
            descend(layout, load(blob), descriptor["mediaType"])


for argument in sys.argv[2:]:
    if os.path.isdir(argument):
        validate(load(argument, "oci-layout"), "image-layout-schema.json")
        descend(argument, load(argument, "index.json"), INDEX)
    else:
        single = load(argument)
        descend(None, single, single["mediaType"])
