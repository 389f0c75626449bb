// The counters of the web interface against those of the program (CARILLON_COUNTS).
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {after, before, it} from "node:test";
import {pathToFileURL} from "node:url";

const ui = join(process.env.CARILLON_SOURCE, "ui");
const scratch = mkdtempSync(join(tmpdir(), "carillon-counts-"));
let counts;

before(async () => {
  const esbuild = createRequire(join(ui, "package.json"))("esbuild");
  const {tlds} = await import(pathToFileURL(join(ui, "tlds.mjs")));
  const outfile = join(scratch, "counts.mjs");
  await esbuild.build({entryPoints: [join(ui, "src/compose/counts.ts")], bundle: true,
    format: "esm", outfile, plugins: [tlds], logLevel: "error"});
  counts = await import(pathToFileURL(outfile));
});

after(() => rmSync(scratch, {recursive: true}));

const words = ["tea", "Café", "cafe\u0301", "ключ", "鐘を鳴らす", "नमस्ते", "한국어", "ﬀ", "–", "—",
  "“so”", "\u2028", "x".repeat(30), "#tag", "#日本", "@name", "@name@example.org",
  "@a.b-c@sub.example.org", "mail@example.org", "$TEA"];
const emoji = ["🔔", "👩‍🔧", "👨‍👩‍👧‍👦", "🏳️‍🌈",
  "🇺🇳", "🇺", "❤", "❤️", "☎️", "1️⃣", "#️⃣", "👍🏽",
  "©", "©️", "🫠", "🧑🏿‍🚀",
  "⌚", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"];
const addresses = ["https://example.org", "http://example.org/",
  "https://example.org/a/b?c=d&e=f#g",
  "example.org", "example.com/tea", "www.example.org",
  "https://en.wikipedia.org/wiki/Bell_(instrument)",
  "https://münchen.example.org/ä", "https://xn--mnchen-3ya.de/", "https://example.org:8080/x",
  "https://example.nosuchtld/", "nosuch.tldx", "https://example.org/a.", "https://example.org/a,b!",
  "ftp://example.org/x", "https://例え.jp/道", "v1.2.3", "e.g.", "file.md",
  "https://example.org/a_(b)_c)",
  "HTTPS://EXAMPLE.ORG/A", "https://localhost/", "gemini://example.org/x"];

// A list that is the same each time: every piece alone, in brackets, glued and in pairs.
function texts() {
  const pieces = [...words, ...emoji, ...addresses];
  const out = ["", " ", "\n", "a\r\nb", "\t", "a\u0000b", "\u200d", "e\u0301\u0301\u0301"];
  for (const one of pieces) {
    out.push(one, `(${one})`, `a${one}`, `${one}.`, `"${one}"`, `${one}\n${one}`, `${one}${one}`);
  }
  for (let i = 0; i < pieces.length; ++i)
    for (const step of [7, 13, 29]) out.push(`${pieces[i]} ${pieces[(i + step) % pieces.length]}`);
  for (const one of emoji) out.push(`Ring ${one}${emoji[3]} now`);
  return out;
}

it("counts as the program does, by the rules of every platform", () => {
  const all = texts();
  assert.ok(all.length > 500, `${all.length} texts`);
  const wanted = JSON.parse(execFileSync(process.env.CARILLON_COUNTS, {input: JSON.stringify(all),
    encoding: "utf8"}));
  const different = [];
  all.forEach((text, i) => {
    for (const [rules, length] of Object.entries(wanted[i])) {
      const ours = counts.count(text, rules);
      if (ours !== length)
        different.push(`${rules} ${JSON.stringify(text)}: ${ours}, not ${length}`);
    }
  });
  assert.deepEqual(different, []);
});

it("marks what is too long from the begin of a word", () => {
  assert.equal(counts.overflow_at("one two three", "bluesky", 9), 8);
  assert.equal(counts.overflow_at("one two three", "bluesky", 13), 13);
  assert.equal(counts.overflow_at("abcdefghij", "bluesky", 4), 4);
  const long = "tea https://example.org/a/very/long/path/to/the/kettle";
  assert.equal(counts.overflow_at(long, "x", 20), 4);
});
