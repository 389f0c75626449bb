// build.mjs OUT: bundles src/ into OUT with a hash in each name, makes a brotli and a gzip copy of
// each file, and writes OUT/app_assets.cpp, which holds them all. Fails when a route is too heavy.
import {createHash} from "node:crypto";
import {mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {basename, dirname, join, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {brotliCompressSync, constants, gzipSync} from "node:zlib";
import {build} from "esbuild";
import {api_types} from "./api_types.mjs";
import {tlds} from "./tlds.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2]);
// What one address may make a browser load, compressed: scripts, and sheets.
const route_bytes = 60 * 1024;
const sheet_bytes = 10 * 1024;
const target = ["chrome123", "firefox120", "safari17.5"];

const types = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml"};

function write_if_new(file, text) {
  let old;
  try {
    old = readFileSync(file, "utf8");
  } catch (problem) {
    if (problem.code !== "ENOENT") throw problem;
  }
  if (old !== text) writeFileSync(file, text);
}

const packed = (bytes) => ({
  bytes,
  brotli: brotliCompressSync(bytes, {params: {
    [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length}}),
  gzip: gzipSync(bytes, {level: 9}),
});

// What several screens use is one file that all of them load: forty small ones would each be waited
// for. esbuild puts together what the same entries reach, so every entry gets all of it.
const common = (paths) => ({
  name: "common",
  setup(one) {
    one.onLoad({filter: /[/]src[/](main|screens[/]\w+)[.]tsx$/}, ({path}) => ({loader: "tsx",
      contents: `${readFileSync(path, "utf8")}\n${paths.map((each) =>
        `import ${JSON.stringify(join(here, each))};`).join("\n")}`}));
  },
});

// The modules of ours that more than one file would load.
function shared_by_several(result) {
  return Object.values(result.metafile.outputs).filter((one) => !one.entryPoint)
    .flatMap((one) => Object.keys(one.inputs)).filter((path) => /^src[/].*[.]tsx?$/.test(path))
    .filter((path) => !/^src[/](main|screens[/]\w+)[.]tsx$/.test(path)).sort();
}

async function bundle(paths = []) {
  return await build({
    absWorkingDir: here,
    entryPoints: {app: "src/main.tsx", style: "src/style/all.css", icon: "src/icon.svg"},
    outdir: join(out, "assets"),
    entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]", assetNames: "[name]-[hash]",
    bundle: true, splitting: true, format: "esm", minify: true, write: false, metafile: true,
    target,
    jsx: "automatic", jsxImportSource: "preact",
    plugins: [tlds, common(paths)], loader: {".svg": "copy"}, legalComments: "none", charset: "utf8",
    logLevel: "warning",
  });
}

// What the page runs before anything else is on its way; it stands in the page itself.
async function first_script() {
  const {outputFiles: [made]} = await build({
    absWorkingDir: here, entryPoints: ["src/theme.ts"], bundle: true, format: "iife", minify: true,
    write: false, target, legalComments: "none", charset: "utf8", logLevel: "warning",
  });
  const text = made.text.trim();
  if (text.includes("</")) throw new Error("build.mjs: src/theme.ts would end its own element");
  return text;
}

// What stands in the outputs of esbuild, by the name a browser asks for.
function files_of(result) {
  const files = new Map();
  for (const file of result.outputFiles)
    files.set(basename(file.path), packed(Buffer.from(file.contents)));
  return files;
}

function output_of(result, entry) {
  const found = Object.entries(result.metafile.outputs).find(([, one]) =>
    one.entryPoint === entry || (!one.entryPoint && Object.keys(one.inputs).includes(entry)));
  if (!found) throw new Error(`build.mjs: nothing was made of ${entry}`);
  return basename(found[0]);
}

// The scripts that a browser loads for an output: itself and all that it imports at once.
function closure(result, name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const found = Object.entries(result.metafile.outputs).find(([path]) => basename(path) === name);
  for (const one of found[1].imports)
    if (one.kind === "import-statement") closure(result, basename(one.path), seen);
  return seen;
}

function check_weight(result, files) {
  const shared = closure(result, output_of(result, "src/main.tsx"));
  let heaviest = 0;
  for (const [path, one] of Object.entries(result.metafile.outputs)) {
    if (!one.entryPoint?.startsWith("src/screens/") && one.entryPoint !== "src/main.tsx") continue;
    const loaded = closure(result, basename(path), new Set(shared));
    let bytes = 0;
    for (const name of loaded) bytes += files.get(name).brotli.length;
    heaviest = Math.max(heaviest, bytes);
    if (bytes > route_bytes)
      throw new Error(`build.mjs: ${one.entryPoint} loads ${bytes} bytes of script (brotli); ` +
        `at most ${route_bytes}`);
  }
  const sheet = files.get(output_of(result, "src/style/all.css")).brotli.length;
  if (sheet > sheet_bytes)
    throw new Error(`build.mjs: the sheet has ${sheet} bytes (brotli); at most ${sheet_bytes}`);
  return {heaviest, sheet};
}

// What the screen of each address needs beside the script of all of them: a browser that hears of it
// with the page asks for it at once.
function screens_of(result) {
  const routes = readFileSync(join(here, "src/routes.ts"), "utf8");
  const shared = closure(result, output_of(result, "src/main.tsx"));
  return [...routes.matchAll(/path: "([^"]+)"[^]*?import\("[.]\/(screens\/\w+)"\)/g)]
    .map(([, path, screen]) => ({path, files:
      [...closure(result, output_of(result, `src/${screen}.tsx`))].filter((one) => !shared.has(one))}));
}

function page_of(result, first) {
  const names = {app: "src/main.tsx", style: "src/style/all.css", icon: "src/icon.svg"};
  const app = output_of(result, names.app);
  const with_app = [...closure(result, app)].filter((one) => one !== app)
    .map((one) => `<link rel="modulepreload" href="/app/assets/${one}">`).join("\n");
  return readFileSync(join(here, "index.html"), "utf8").replace(/\{(\w+)\}/g, (_, key) =>
    key === "with_app" ? with_app : key === "first" ? first : `/app/assets/${output_of(result, names[key])}`);
}

// The files as a table in C++. The bytes are taken in by the assembler: no compiler reads them.
function source_of(files, screens, first) {
  const lines = ["// Made by ui/build.mjs.", '#include "web/app_assets.hpp"', ""];
  const blobs = [];
  const rows = [];
  let count = 0;
  const blob = (path) => {
    const label = `carillon_app_${count++}`;
    blobs.push(`    "${label}: .incbin \\"${path}\\"\\n"`, `    "${label}_end: .byte 0\\n"`);
    lines.push(`extern "C" const char ${label}[];`, `extern "C" const char ${label}_end[];`);
    return `{${label}, ${label}_end}`;
  };
  for (const [name, file] of files) {
    const path = join(out, "assets", name);
    const digest = createHash("sha256").update(file.bytes).digest("hex");
    const type = name === "index.html" ? "text/html; charset=utf-8" : types[name.slice(
      name.lastIndexOf("."))];
    rows.push(`      {"${name}", "${type}", "${digest}",\n       ${blob(path)}, ` +
      `${blob(`${path}.gz`)}, ${blob(`${path}.br`)}},`);
  }
  return `${lines.join("\n")}

asm(".pushsection .rodata\\n"
${blobs.join("\n")}
    ".popsection\\n");

namespace carillon {

const std::vector<AppAsset>& app_assets() {
  static const std::vector<AppAsset> all{
${rows.join("\n")}
  };
  return all;
}

const std::vector<AppScreen>& app_screens() {
  static const std::vector<AppScreen> all{
${screens.map(({path, files: needed}) => `      {"${path}", {${needed.map((one) =>
        `"${one}"`).join(", ")}}},`).join("\n")}
  };
  return all;
}

std::string_view app_first_script() {
  return "${createHash("sha256").update(first).digest("base64")}";
}

}  // namespace carillon
`;
}

const document = JSON.parse(readFileSync(join(here, "../docs/openapi.json"), "utf8"));
write_if_new(join(here, "src/api.d.ts"), api_types(document));
const result = await bundle(shared_by_several(await bundle()));
const files = files_of(result);
const weight = check_weight(result, files);
const first = await first_script();
files.set("index.html", packed(Buffer.from(page_of(result, first))));
rmSync(join(out, "assets"), {recursive: true, force: true});
mkdirSync(join(out, "assets"), {recursive: true});
for (const [name, file] of files) {
  writeFileSync(join(out, "assets", name), file.bytes);
  writeFileSync(join(out, "assets", `${name}.br`), file.brotli);
  writeFileSync(join(out, "assets", `${name}.gz`), file.gzip);
}
writeFileSync(join(out, "app_assets.cpp"), source_of(files, screens_of(result), first));
console.log(`web UI: the heaviest route is ${weight.heaviest} bytes of script and ` +
  `${weight.sheet} of style (brotli)`);
