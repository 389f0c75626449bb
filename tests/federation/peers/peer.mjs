// Two servers of the fediverse, by Fedify, that a test drives: peer.mjs FIRST PORT TLS_PORT [PROXY TARGET]
// FIRST is the signature they try first, "draft" or "rfc9421". One is at http://localhost:PORT, the other at
// https://localhost:TLS_PORT with the certificate $TLS_CERT and its key $TLS_KEY; that one shows its account
// to signed requests only, and where FIRST is "rfc9421" it refuses the draft. With PROXY it also stands
// before the server under test, at TARGET, as a proxy would, with the same certificate.
//   POST /do/follow {account}, /do/undo {account}, /do/like|boost {account, post},
//        /do/reply {account, post, html}, /do/vote {account, post, choice}
//                                            sends that activity, signed
//   GET  /seen      every POST that came: headers, activity, verdicts of two verifiers
//   GET  /look?at=  an object as Fedify reads it, and what it complains of; with &signed as the peer
import http from "node:http";
import https from "node:https";
import fs from "node:fs";
import { createVerify } from "node:crypto";
import { createFederation, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import { generateCryptoKeyPair, verifyRequestDetailed } from "@fedify/fedify/sig";
import * as vocab from "@fedify/fedify/vocab";
import { configure } from "@logtape/logtape";
import { Temporal } from "@js-temporal/polyfill";
import {
  parseRequestSignature,
  RFC9421SignatureBaseFactory,
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

const [first, port, tlsPort, proxyPort, targetPort] = process.argv.slice(2);
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];

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
async function misskeyVerdict(request, body, scheme) {
  if (!(await verifyDigestHeader(request, body, true))) return "the digest is wrong";
  // Of RFC 9421 the library makes the text that is signed, and compares nothing with it.
  const input = request.headers["signature-input"];
  if (input) {
    const base = new RFC9421SignatureBaseFactory(request, scheme).generate("sig1");
    const made = Buffer.from(/^sig1=:(.+):$/.exec(request.headers.signature)[1], "base64");
    const key = await pemOf(/;keyid="([^"]+)"/.exec(input)[1]);
    return createVerify("sha256").update(base).verify(key, made) ? "good" : `bad: ${base}`;
  }
  const parsed = parseRequestSignature(request);
  const key = await pemOf(parsed.value.params?.keyId ?? parsed.value.keyId);
  const words = [];
  const good = await verifyDraftSignature(parsed.value, key, (word) => words.push(String(word)));
  return good ? "good" : `bad: ${words}`;
}

// What the address of one of them answers; `strict` is the one behind TLS.
function peerAt(origin, strict) {
  const federation = createFederation({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue(),
    origin,
    allowPrivateAddress: true,
    firstKnock: first === "rfc9421" ? "rfc9421" : "draft-cavage-http-signatures-12",
  });
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
    .setKeyPairsDispatcher(async (_, identifier) => (identifier === "peer" ? keys : []))
    .authorize(async (ctx) => !strict || (await ctx.getSignedKeyOwner()) !== null);
  const handled = [];
  let listeners = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
  for (const type of ["Accept", "Create", "Update", "Delete", "Move"])
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
    // As Mastodon sends it: between the voter and who asks.
    vote: (to, { post, choice }) => {
      const id = fresh("vote");
      const object = new vocab.Note({ id, attribution: me, name: choice, replyTarget: new URL(post), to: to.id });
      return new vocab.Create({ id: new URL(`${id.href}#create`), actor: me, object, to: to.id });
    },
  };

  const seen = [];
  let refused = 0;
  async function serve(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const url = new URL(request.url, origin);
    const say = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (url.pathname === "/seen") return say(200, { seen, handled, refused });
    if (url.pathname === "/look") {
      complaints = [];
      const options = url.searchParams.has("signed")
        ? { ...lookupOptions, documentLoader: await context.getDocumentLoader({ identifier: "peer" }) }
        : lookupOptions;
      const object = await context.lookupObject(url.searchParams.get("at"), options);
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
    const scheme = "signature-input" in request.headers ? "rfc9421" : "draft";
    if (request.method === "POST" && strict && first === "rfc9421" && scheme === "draft") {
      refused += 1;
      return say(401, { error: "only RFC 9421" });
    }
    if (request.method === "POST") {
      const verdict = await verifyRequestDetailed(copy(), {
        documentLoader: context.documentLoader,
        contextLoader: context.contextLoader,
      });
      seen.push({
        path: url.pathname,
        scheme,
        fedify: verdict.verified ? "good" : JSON.stringify(verdict.reason),
        misskey: await misskeyVerdict(request, body, url.protocol.slice(0, -1)).catch((error) => String(error)),
        activity: JSON.parse(body.toString()),
      });
    }
    const reply = await federation.fetch(copy(), { contextData: undefined });
    response.writeHead(reply.status, Object.fromEntries(reply.headers));
    response.end(Buffer.from(await reply.arrayBuffer()));
  }
  return (request, response) =>
    serve(request, response).catch((error) => {
      response.writeHead(500, { "content-type": "text/plain" });
      response.end(String(error.stack ?? error));
    });
}

const options = { cert: fs.readFileSync(process.env.TLS_CERT), key: fs.readFileSync(process.env.TLS_KEY) };
const listen = (server, at, word) =>
  new Promise((done) => server.listen(+at, "127.0.0.1", done)).then(() => console.log(word));
await listen(http.createServer(peerAt(`http://localhost:${port}`, false)), port, "plain");
await listen(https.createServer(options, peerAt(`https://localhost:${tlsPort}`, true)), tlsPort, "tls");
if (proxyPort) {
  const proxy = https.createServer(options, (request, response) => {
    const { method, url: path, headers } = request;
    const inner = http.request({ port: +targetPort, host: "127.0.0.1", method, path, headers }, (reply) => {
      response.writeHead(reply.statusCode, reply.headers);
      reply.pipe(response);
    });
    inner.on("error", () => response.writeHead(502).end());
    request.pipe(inner);
  });
  await listen(proxy, proxyPort, "proxy");
}
console.log("peers ready");
