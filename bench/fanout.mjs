// The peer of the fan-out: Fedify delivers one activity to many inboxes of this machine.
//   fanout.mjs SCHEME PORT HOSTS [PARALLEL]
// Prints its deliveries, wall and processor time as JSON. Its key is RSA of 2048 bits as ours is: with
// its default of 4096 it would do half as many.
import {
  createFederation,
  InProcessMessageQueue,
  MemoryKvStore,
  ParallelMessageQueue,
} from "@fedify/fedify";
import * as vocab from "@fedify/fedify/vocab";

const [scheme, port, hosts, parallel] = process.argv.slice(2);
const pair = await crypto.subtle.generateKey(
  {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  },
  true,
  ["sign", "verify"],
);
const count = Number(hosts);
let left = count;
let finish;
const finished = new Promise((resolve) => (finish = resolve));
const inner = new InProcessMessageQueue({ pollInterval: { milliseconds: 1 } });
const federation = createFederation({
  kv: new MemoryKvStore(),
  queue: parallel ? new ParallelMessageQueue(inner, Number(parallel)) : inner,
  origin: "https://example.org",
  allowPrivateAddress: true,
  firstKnock: "draft-cavage-http-signatures-12",
  onOutboxError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
});
federation
  .setActorDispatcher("/users/{identifier}", (ctx, identifier) =>
    new vocab.Person({ id: ctx.getActorUri(identifier), preferredUsername: identifier }),
  )
  .setKeyPairsDispatcher(() => [pair]);
const context = federation.createContext(new URL("https://example.org"), undefined);
const address = (i) => {
  const value = 0x7f010001 + i;
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
};
const recipients = Array.from({ length: count }, (_, i) => {
  const host = `${scheme}://${address(i)}:${port}`;
  return { id: new URL(`${host}/u`), inboxId: new URL(`${host}/inbox`) };
});
const activity = new vocab.Create({
  id: new URL("https://example.org/posts/1/#create"),
  actor: context.getActorUri("news"),
  to: vocab.PUBLIC_COLLECTION,
  object: new vocab.Note({
    id: new URL("https://example.org/posts/1/"),
    attribution: context.getActorUri("news"),
    content: "a".repeat(2000),
    to: vocab.PUBLIC_COLLECTION,
  }),
});
// What it sent is seen where it sends.
const send = globalThis.fetch;
globalThis.fetch = async (...words) => {
  const reply = await send(...words);
  if (reply.ok && --left === 0) finish();
  return reply;
};
const before = process.cpuUsage();
const start = performance.now();
await context.sendActivity({ identifier: "news" }, recipients, activity, { fanout: "skip" });
await finished;
const used = process.cpuUsage(before);
console.log(
  JSON.stringify({
    delivered: count,
    wall: (performance.now() - start) / 1000,
    cpu: (used.user + used.system) / 1e6,
    mb: process.memoryUsage().rss / 1048576,
  }),
);
process.exit(0);
