// A server of the fediverse, by Fedify, that a test drives: peer.mjs PORT FIRST [TLS_PORT TARGET_PORT]
// FIRST is the signature it tries first, "draft" or "rfc9421". With TLS_PORT it also stands before the
// server under test as a proxy would, with the certificate $TLS_CERT and its key $TLS_KEY.
//   POST /do/follow {account}, /do/undo {account}, /do/like|boost {account, post},
//        /do/reply {account, post, html}    sends that activity, signed
//   GET  /seen      every POST that came: headers, activity, verdicts of two verifiers
//   GET  /look?at=  an object as Fedify reads it, and what it complains of
import http from "node:http";
import https from "node:https";
import fs from "node:fs";
import { createFederation, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { generateCryptoKeyPair, verifyRequestDetailed } from "@fedify/fedify/sig";
import * as vocab from "@fedify/fedify/vocab";
import { configure } from "@logtape/logtape";
import { Temporal } from "@js-temporal/polyfill";
import {
  parseRequestSignature,
  verifyDigestHeader,
  verifyDraftSignature,
} from "@misskey-dev/node-http-message-signatures";

// What Fedify complains of while it reads an object.
let complaints = [];
await configure({
  sinks: { kept: (record) => complaints.push(`${record.level}: ${record.message.join("")}`) },
  loggers: [
    { category: "fedify", sinks: ["kept"], lowestLevel: "warning" },
    { category: ["logtape", "meta"], sinks: [], lowestLevel: "error" },
  ],
});

const [port, first, tlsPort, targetPort] = process.argv.slice(2);
const origin = `http://localhost:${port}`;
const federation = createFederation({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue(),
  origin,
  allowPrivateAddress: true,
  firstKnock: first === "rfc9421" ? "rfc9421" : "draft-cavage-http-signatures-12",
});
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (identifier !== "peer") return null;
    const pairs = await ctx.getActorKeyPairs(identifier);
    return new vocab.Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: "A peer",
      inbox: ctx.getInboxUri(identifier),
      endpoints: new vocab.Endpoints({ sharedInbox: ctx.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(async (_, identifier) => (identifier === "peer" ? keys : []));
const handled = [];
let listeners = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
for (const type of ["Accept", "Create", "Update", "Delete"])
  listeners = listeners.on(vocab[type], async (ctx, activity) => {
    handled.push({ type, id: activity.id?.href, actor: activity.actorId?.href });
  });

const context = federation.createContext(new URL(origin), undefined);
const me = context.getActorUri("peer");
const lookupOptions = { contextLoader: context.contextLoader, allowPrivateAddress: true };
const accountOf = async (name) => {
  const account = await context.lookupObject(name, {
    ...lookupOptions,
    documentLoader: await context.getDocumentLoader({ identifier: "peer" }),
  });
  if (!account?.inboxId) throw new Error(`there is no account ${name}`);
  return account;
};
let count = 0;
const fresh = (kind) => new URL(`${origin}/${kind}/${++count}`);
const follows = new Map();
const acts = {
  follow: (to, { account }) => {
    follows.set(account, new vocab.Follow({ id: fresh("follow"), actor: me, object: to.id, to: to.id }));
    return follows.get(account);
  },
  undo: (to, { account }) =>
    new vocab.Undo({ id: fresh("undo"), actor: me, object: follows.get(account), to: to.id }),
  like: (to, { post }) =>
    new vocab.Like({ id: fresh("like"), actor: me, object: new URL(post), to: to.id }),
  boost: (to, { post }) =>
    new vocab.Announce({
      id: fresh("boost"),
      actor: me,
      object: new URL(post),
      published: Temporal.Now.instant(),
      to: vocab.PUBLIC_COLLECTION,
      cc: to.id,
    }),
  reply: (to, { post, html }) => {
    const id = fresh("note");
    const object = new vocab.Note({
      id,
      attribution: me,
      content: html,
      replyTarget: new URL(post),
      published: Temporal.Now.instant(),
      to: vocab.PUBLIC_COLLECTION,
      cc: to.id,
    });
    return new vocab.Create({
      id: new URL(`${id.href}#create`),
      actor: me,
      object,
      to: vocab.PUBLIC_COLLECTION,
      cc: to.id,
    });
  },
};

// The keys of who signs, for the verifier that fetches none.
const pems = new Map();
async function pemOf(keyId) {
  const owner = keyId.split("#")[0];
  if (!pems.has(owner)) {
    const reply = await fetch(owner, { headers: { accept: "application/activity+json" } });
    pems.set(owner, (await reply.json()).publicKey.publicKeyPem);
  }
  return pems.get(owner);
}
async function misskeyVerdict(request, body) {
  if (!(await verifyDigestHeader(request, body, true))) return "the digest is wrong";
  const parsed = parseRequestSignature(request);
  if (parsed.version !== "draft") return "not of the draft";
  const key = await pemOf(parsed.value.params?.keyId ?? parsed.value.keyId);
  const words = [];
  const good = await verifyDraftSignature(parsed.value, key, (word) => words.push(String(word)));
  return good ? "good" : `bad: ${words}`;
}

const seen = [];
async function serve(request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const url = new URL(request.url, origin);
  const say = (status, value) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  if (url.pathname === "/seen") return say(200, { seen, handled });
  if (url.pathname === "/look") {
    complaints = [];
    const object = await context.lookupObject(url.searchParams.get("at"), lookupOptions);
    if (!object) return say(404, { complaints });
    const read = await object.toJsonLd({ format: "compact", ...lookupOptions });
    return say(200, { object: read, complaints });
  }
  if (url.pathname.startsWith("/do/")) {
    const asked = JSON.parse(body.toString());
    const to = await accountOf(asked.account);
    const activity = acts[url.pathname.slice(4)](to, asked);
    await context.sendActivity({ identifier: "peer" }, to, activity, { immediate: true });
    return say(200, { sent: activity.id.href });
  }
  const copy = () =>
    new Request(url, {
      method: request.method,
      headers: Object.entries(request.headers).filter(
        ([name]) => !["connection", "content-length", "transfer-encoding"].includes(name),
      ),
      body: request.method === "POST" ? body : undefined,
    });
  if (request.method === "POST") {
    const verdict = await verifyRequestDetailed(copy(), {
      documentLoader: context.documentLoader,
      contextLoader: context.contextLoader,
    });
    seen.push({
      path: url.pathname,
      scheme: "signature-input" in request.headers ? "rfc9421" : "draft",
      fedify: verdict.verified ? "good" : JSON.stringify(verdict.reason),
      misskey: await misskeyVerdict(request, body).catch((error) => String(error)),
      activity: JSON.parse(body.toString()),
    });
  }
  const reply = await federation.fetch(copy(), { contextData: undefined });
  response.writeHead(reply.status, Object.fromEntries(reply.headers));
  response.end(Buffer.from(await reply.arrayBuffer()));
}
const failing = (request, response) =>
  serve(request, response).catch((error) => {
    response.writeHead(500, { "content-type": "text/plain" });
    response.end(String(error.stack ?? error));
  });

http.createServer(failing).listen(+port, "127.0.0.1", () => console.log("peer ready"));
if (tlsPort) {
  const options = { cert: fs.readFileSync(process.env.TLS_CERT), key: fs.readFileSync(process.env.TLS_KEY) };
  https
    .createServer(options, (request, response) => {
      const { method, url: path, headers } = request;
      const inner = http.request({ port: +targetPort, host: "127.0.0.1", method, path, headers }, (reply) => {
        response.writeHead(reply.statusCode, reply.headers);
        reply.pipe(response);
      });
      inner.on("error", () => response.writeHead(502).end());
      request.pipe(inner);
    })
    .listen(+tlsPort, "127.0.0.1", () => console.log("proxy ready"));
}
