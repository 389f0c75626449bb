#!/usr/bin/env python3
"""mastodon_description.py IN OUT: Mastodon's OpenAPI description, a little stricter and mended.

It says that a post is exactly one of text, pictures and poll, so that a text with a picture fits
two and none. Here it is at least one, as https://docs.joinmastodon.org/methods/statuses/#create
has it, and a field that is in none of them is an error.
"""
import json
import sys

with open(sys.argv[1]) as file:
    document = json.load(file)
schemas = document["components"]["schemas"]
fields = dict(schemas["BaseStatus"]["properties"])
ways = []
for name in ("TextStatus", "MediaStatus", "PollStatus"):
    own = schemas[name]["allOf"][1]
    fields |= own["properties"]
    ways.append({"required": own["required"]})
body = document["paths"]["/api/v1/statuses"]["post"]["requestBody"]["content"]["application/json"]
body["schema"] = {"type": "object", "properties": fields, "additionalProperties": False,
                  "anyOf": ways}
with open(sys.argv[2], "w") as file:
    json.dump(document, file)
