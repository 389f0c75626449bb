"""Compares a request and its answer with an OpenAPI description: only what tests need of it.

Stricter than the description where that helps: a parameter or a member that it does not name is
wrong. In answers a missing member is not, since a stand-in gives only what is read.
"""
import re
import urllib.parse


class Description:
    def __init__(self, document):
        self.document = document
        self.paths = [(re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)) + "$"), item)
                      for path, item in document["paths"].items()]

    def resolved(self, node):
        while isinstance(node, dict) and "$ref" in node:
            found = self.document
            for word in node["$ref"].removeprefix("#/").split("/"):
                found = found[word]
            node = found
        return node

    def operation(self, method, path):
        # A path without a parameter goes before one with, as servers have it.
        fitting = [item for pattern, item in self.paths if pattern.match(path)
                   and method.lower() in item]
        return fitting[0][method.lower()] if fitting else None

    def wrong_request(self, method, path, query, body):
        """What is against the description, in words."""
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        out = []
        known = {}
        for parameter in map(self.resolved, found.get("parameters", [])):
            if parameter["in"] == "query":
                known[parameter["name"]] = parameter.get("schema", {})
        for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
            if name not in known:
                out.append(f"{method} {path}: the parameter {name} is not described")
                continue
            schema = self.resolved(known[name])
            out += self.misfits(int(value) if schema.get("type") == "integer" and value.isdigit()
                                else value, schema, f"{method} {path}?{name}", True)
        described = self.resolved(found.get("requestBody", {})).get("content", {})
        if (body is not None) != bool(described):
            out.append(f"{method} {path}: a body is {'not ' * (not described)}described")
        elif body is not None:
            schema = described["application/json"]["schema"]
            out += self.misfits(body, schema, f"{method} {path}", True)
        return out

    def wrong_answer(self, method, path, code, value):
        found = self.operation(method, path)
        reply = self.resolved(found["responses"].get(str(code), {})) if found else {}
        content = reply.get("content", {}).get("application/json")
        return self.misfits(value, content["schema"], f"answer {code}", False) if content else []

    def misfits(self, value, schema, where, whole):
        schema = self.resolved(schema)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                each = [self.misfits(value, one, where, whole) for one in schema[key]]
                return min(each, key=len)
        if "allOf" in schema:
            return []
        if value is None:
            types = schema.get("type")
            nullable = schema.get("nullable") or "null" in (types if isinstance(types, list) else [types])
            return [] if nullable else [f"{where}: is null"]
        kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
        kind = kinds.get(schema.get("type") if isinstance(schema.get("type"), str) else None)
        if kind and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            return [f"{where}: {value!r} is no {schema['type']}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where}: {value!r} is none of {schema['enum']}"]
        if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
            return [f"{where}: is too long"]
        if isinstance(value, list):
            return [wrong for one in value
                    for wrong in self.misfits(one, schema.get("items", {}), where + "[]", whole)]
        if not isinstance(value, dict) or "properties" not in schema:
            return []
        out = [f"{where}: {name} is missing" for name in schema.get("required", [])
               if whole and name not in value]
        for name, one in value.items():
            if name not in schema["properties"]:
                out.append(f"{where}: {name} is not described")
            else:
                out += self.misfits(one, schema["properties"][name], f"{where}/{name}", whole)
        return out
