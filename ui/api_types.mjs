// TypeScript types of docs/openapi.json: one entry for each method and path, with what it is asked
// and what it replies.

const name_like = /^[A-Za-z_$][\w$]*$/;

function member(name, schema, optional) {
  const key = name_like.test(name) ? name : JSON.stringify(name);
  return `${key}${optional ? "?" : ""}: ${type_of(schema, optional)}`;
}

// Replies always hold every member, so only requests have optional ones.
function type_of(schema, request) {
  if (schema.anyOf) return schema.anyOf.map((one) => type_of(one, request)).join(" | ");
  if (schema.type === "null") return "null";
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if (schema.type === "string") return "string";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "boolean") return "boolean";
  if (schema.type === "array") return `Array<${type_of(schema.items ?? {}, request)}>`;
  if (schema.type === "object" && schema.properties) {
    const required = new Set(schema.required ?? []);
    const members = Object.entries(schema.properties).map(([name, inner]) =>
      member(name, inner, request && !required.has(name)));
    return `{${members.join("; ")}}`;
  }
  if (schema.type === "object" && typeof schema.additionalProperties === "object")
    return `Record<string, ${type_of(schema.additionalProperties, request)}>`;
  if (schema.type === "object") return "Record<string, unknown>";
  return "unknown";
}

function request_of(operation) {
  // Parameters that are only named are headers, which no screen has to say.
  const members = (operation.parameters ?? []).filter((one) => one.in === "path" ||
    one.in === "query").map((one) => member(one.name, one.schema, !one.required));
  const body = operation.requestBody?.content["application/json"]?.schema;
  const required = new Set(body?.required ?? []);
  for (const [name, schema] of Object.entries(body?.properties ?? {}))
    members.push(member(name, schema, !required.has(name)));
  return `{${members.join("; ")}}`;
}

export function api_types(document) {
  const methods = {};
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const reply = operation.responses["200"]?.content?.["application/json"]?.schema ?? {};
      const entry = `    ${JSON.stringify(path.replace("/api/v1", ""))}: {
      request: ${request_of(operation)};
      reply: ${type_of(reply, false)};
    };`;
      (methods[method.toUpperCase()] ??= []).push(entry);
    }
  }
  const parts = Object.entries(methods).map(([method, entries]) =>
    `  ${method}: {\n${entries.join("\n")}\n  };`);
  return "// Made of docs/openapi.json by ui/api_types.mjs.\n" +
    `export interface Api {\n${parts.join("\n")}\n}\n`;
}
