// subscriber.mjs PORT FEED…: the subscriber that others wrote (pubsubhubbub) finds the hub of each feed by its
// header, subscribes, and says what comes, one line each. It passes on only what is signed well. SIGUSR2 ends
// its first subscription.
import pubsubhubbub from "pubsubhubbub";

const [port, ...feeds] = process.argv.slice(2);
const server = pubsubhubbub.createServer({
  callbackUrl: `http://127.0.0.1:${port}/hook`,
  secret: "between the two of us",
});
const hubs = new Map();
// What the header says of that relation.
const link = (header, relation) =>
  header.match(new RegExp(`<([^>]+)>;\\s*rel="${relation}"`))?.[1] ?? "";
const say = (...words) => console.log(words.join(" "));
const asked = (error, topic) => say(error ? `refused ${error.message}` : `asked ${topic}`);

for (const mode of ["subscribe", "unsubscribe", "denied"])
  server.on(mode, (data) =>
    say(mode, data.topic, Math.round((data.lease ?? 0) - Date.now() / 1000)));
server.on("feed", (data) => say("feed", data.topic, JSON.stringify(data.feed.toString())));
server.on("error", (error) => say("error", error.message));
server.on("listen", async () => {
  for (const feed of feeds) {
    const header = (await fetch(feed)).headers.get("link") ?? "";
    hubs.set(feed, link(header, "hub"));
    server.subscribe(link(header, "self"), hubs.get(feed), asked);
  }
});
server.listen(Number(port), "127.0.0.1");
process.on("SIGUSR2", () => server.unsubscribe(feeds[0], hubs.get(feeds[0]), asked));
