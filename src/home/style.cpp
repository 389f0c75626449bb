#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "home/layout.hpp"

namespace carillon {

namespace {

// Paper, ink, verdigris for what can be pressed and bronze for what rings: a carillon's materials.
// Only logical properties, so that a page written from right to left needs no second sheet.
constexpr std::string_view sheet = R"css(
:root {
  color-scheme: light dark;
  --canvas: #f6f4ef; --surface: #ffffff; --sunken: #eeebe4;
  --ink: #1b1d1f; --ink-2: #474b50; --ink-3: #63666b; --line: #dcd7cc;
  --accent: #0a6259; --accent-soft: #dcefeb; --on-accent: #ffffff;
  --bronze: #824600; --bronze-soft: #fbeeda; --danger: #ab231b; --danger-soft: #fbe7e5;
  --focus: #1c5aa6;
  --serif: "Iowan Old Style", "Source Serif 4", "Palatino Linotype", Palatino, Charter,
    "Noto Serif", Georgia, serif;
  --sans: Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue",
    Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono",
    "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: #131416; --surface: #1b1d20; --sunken: #232629;
    --ink: #ecebe7; --ink-2: #bcbec1; --ink-3: #9ea2a8; --line: #33373c;
    --accent: #62cdbf; --accent-soft: #15342f; --on-accent: #04211d;
    --bronze: #e7ab5c; --bronze-soft: #34270f; --danger: #f7948b; --danger-soft: #3b1a17;
    --focus: #a9ceff;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--canvas); color: var(--ink);
  font: 1.0625rem/1.6 var(--sans); overflow-wrap: break-word;
}
h1, h2, h3, h4, h5, h6, p, ul, ol, dl, pre, table, blockquote { margin: 0; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; font-weight: 640; text-wrap: balance; }
h1, h2, .brand span, .neighbours strong { font-family: var(--serif); }
img { display: block; max-inline-size: 100%; block-size: auto; }
a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
time, .years { font-variant-numeric: tabular-nums; }
.hidden:not(:focus):not(:active) {
  position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.skip {
  position: absolute; inset-block-start: -6rem; inset-inline-start: 1rem; z-index: 1;
  padding: 0.75rem 1rem; border-radius: 0 0 8px 8px;
  background: var(--accent); color: var(--on-accent);
}
.skip:focus { inset-block-start: 0; }

.top, main, .bottom > div {
  max-inline-size: 50rem; margin-inline: auto; padding-inline: 1.25rem;
}
.top {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 0.25rem 2rem; padding-block: 1.25rem 1rem;
}
.brand {
  display: flex; align-items: center; gap: 0.75rem; min-block-size: 2.75rem;
  color: var(--ink); text-decoration: none;
}
.brand img { border-radius: 8px; }
.brand span { font-size: 1.1875rem; font-weight: 640; line-height: 1.2; }
nav ul, .row { display: flex; flex-wrap: wrap; gap: 0 1.25rem; padding: 0; list-style: none; }
.row a, .top nav a { display: inline-block; padding-block: 0.5rem; }
.top nav a { color: var(--ink-2); text-decoration: none; font-size: 0.9375rem; }
.top nav a:hover { color: var(--ink); text-decoration: underline; }
.top nav a[aria-current] { color: var(--ink); box-shadow: inset 0 -2px var(--bronze); }

.welcome { padding-block: 2.5rem 2.25rem; }
.welcome h1 {
  position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
}
.welcome p {
  font: 400 1.625rem/1.35 var(--serif); max-inline-size: 36rem; text-wrap: pretty;
}
.welcome .row { margin-block-start: 0.75rem; font-size: 0.9375rem; }
.plain { padding-block: 2.5rem 1.5rem; }
.plain h1, .post h1 { font-size: 2.125rem; letter-spacing: -0.01em; }
.past { padding-block: 1.25rem; border-block-start: 1px solid var(--line); }
.past:target { background: var(--accent-soft); }
.past .note { font-size: 0.875rem; color: var(--ink-3); overflow-wrap: anywhere; }
.plain > .years { margin-block-end: 1.5rem; }
.past .byline a { color: var(--ink-3); }
.past .text { overflow-wrap: anywhere; }
.past .text p { color: var(--ink); }
.past figure { margin: 0; }
.past video { max-inline-size: 100%; max-block-size: 30rem; border-radius: 8px; }
.thread { padding-inline-start: 1rem; border-inline-start: 3px solid var(--bronze); }
.plain p { margin-block-start: 0.75rem; color: var(--ink-2); max-inline-size: 40rem; }
main > .plain + .row { margin-block-end: 1rem; }

.entry {
  display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0.5rem 2rem;
  padding-block: 2rem; border-block-start: 1px solid var(--line);
}
.when { font-size: 0.875rem; line-height: 1.5; color: var(--ink-3); padding-block-start: 0.4rem; }
.when time { display: block; }
.entry h2 { font-size: 1.5rem; }
.entry h2 a { color: var(--ink); text-decoration: none; }
.entry h2 a:hover { color: var(--accent); text-decoration: underline; }
.entry .text { margin-block-start: 0.5rem; }
.entry h2.hidden + .text { margin-block-start: 0; }
.kind {
  display: inline-block; padding: 0.1rem 0.5rem; border-radius: 4px; font-size: 0.8125rem;
  color: var(--accent); background: var(--accent-soft);
}
.when .kind { margin-block-start: 0.35rem; }
.kind-security { color: var(--danger); background: var(--danger-soft); }
.kind-event { color: var(--bronze); background: var(--bronze-soft); }

.post { padding-block: 2.5rem 2rem; }
.post > * { max-inline-size: 40rem; }
.byline {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem;
  margin-block-end: 0.5rem; font-size: 0.9375rem; color: var(--ink-3);
}
.post h1 { font-size: clamp(1.875rem, 1.4rem + 2.2vw, 2.625rem); line-height: 1.15; }
.lede { margin-block-start: 1rem; font: 400 1.25rem/1.5 var(--serif); color: var(--ink-2); }
.post > .text { margin-block-start: 1.5rem; }
.short > .text { font: 400 1.375rem/1.5 var(--serif); margin-block-start: 0.5rem; }

.text > * + * { margin-block-start: 1em; }
.text > * + :is(h2, h3, h4, h5, h6) { margin-block-start: 1.75em; }
.text :is(h2, h3, h4, h5, h6) + * { margin-block-start: 0.5em; }
.text h2 { font-size: 1.5rem; }
.text h3 { font-size: 1.25rem; font-family: var(--serif); }
.text :is(h4, h5, h6) { font-size: 1.0625rem; }
.text :is(ul, ol) { padding-inline-start: 1.4em; }
.text li + li, .text li > :is(ul, ol, p + p) { margin-block-start: 0.3em; }
.text li::marker { color: var(--ink-3); }
.text li:has(> input) { list-style: none; margin-inline-start: -1.4em; }
.text blockquote {
  padding-inline-start: 1.1em; border-inline-start: 3px solid var(--bronze); color: var(--ink-2);
}
.text blockquote > * + * { margin-block-start: 0.75em; }
.text hr { border: 0; border-block-start: 1px solid var(--line); margin-block: 2em; }
code { font: 0.875em var(--mono); }
:not(pre) > code { padding: 0.1em 0.3em; border-radius: 4px; background: var(--sunken); }
pre {
  padding: 1rem 1.125rem; overflow-x: auto; border-radius: 8px; line-height: 1.5;
  background: var(--sunken); direction: ltr; text-align: left;
}
pre code { font-size: 0.875rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-inline-size: 60%; font-size: 0.9375rem; }
th, td { padding: 0.5rem 0.875rem; border-block-end: 1px solid var(--line); text-align: start; }
th { font-weight: 640; }
:is(th, td):first-child { padding-inline-start: 0; }
.align-right { text-align: end; font-variant-numeric: tabular-nums; }
.align-center { text-align: center; }

.pictures { margin-block-start: 1.5rem; }
.pictures img {
  inline-size: auto; max-block-size: 40rem; border-radius: 8px; background: var(--sunken);
}
.entry .pictures { margin-block-start: 1rem; }
.entry .pictures img { max-block-size: 24rem; }
.post > .pictures { max-inline-size: none; }
.several {
  display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.75rem; align-items: start;
}
.several img { max-block-size: 30rem; }
.onward { margin-block-start: 1.75rem; }
.onward a {
  display: inline-block; padding: 0.7rem 1.1rem; border-radius: 8px; text-decoration: none;
  color: var(--on-accent); background: var(--accent);
}
.onward a:hover { text-decoration: underline; }
.onward a::after { content: " \2192"; }
[dir="rtl"] .onward a::after { content: " \2190"; }
.more a::after { content: " \2192"; }
[dir="rtl"] .more a::after { content: " \2190"; }
.tags { margin-block-start: 1.5rem; font-size: 0.9375rem; }
.also {
  display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.25rem;
  margin-block-start: 0.5rem; font-size: 0.9375rem;
}
.also p { color: var(--ink-3); }
.poll { max-inline-size: 40rem; margin-block: 1.25rem; }
.poll ul { list-style: none; padding: 0; display: grid; gap: 0.75rem; }
.poll li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.poll .option { font-weight: 600; }
.poll .votes { color: var(--ink-3); font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
.poll progress {
  inline-size: 100%; block-size: 0.5rem; appearance: none; border: 0; border-radius: 0.25rem;
  overflow: hidden; background: var(--line);
}
.poll progress::-webkit-progress-bar { background: var(--line); }
.poll progress::-webkit-progress-value { background: var(--bronze); }
.poll progress::-moz-progress-bar { background: var(--bronze); }
.poll .note { margin-block-start: 0.75rem; font-size: 0.9375rem; color: var(--ink-3); }
.answers { max-inline-size: 40rem; margin-block-start: 2rem; }
.answers article { margin-block-start: 1rem; }
.neighbours {
  display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; padding-block: 1.5rem;
  border-block-start: 1px solid var(--line);
}
.neighbours a { display: block; color: var(--ink); text-decoration: none; }
.neighbours a:hover strong { text-decoration: underline; }
.neighbours span { display: block; font-size: 0.875rem; color: var(--ink-3); }
.neighbours strong { font-weight: 560; line-height: 1.35; }
.newer { grid-column: 2; text-align: end; }

.titles { padding: 0; list-style: none; }
.titles li {
  display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: 1rem;
  padding-block: 0.6rem; border-block-start: 1px solid var(--line);
}
.titles time { color: var(--ink-3); font-size: 0.9375rem; }
.titles a { color: var(--ink); text-decoration: none; }
.titles a:hover { color: var(--accent); text-decoration: underline; }
.dated li { grid-template-columns: 6rem minmax(0, 1fr); }
.undated li { grid-template-columns: minmax(0, 1fr); }
mark { background: var(--bronze-soft); color: inherit; border-radius: 2px; }
.search { display: flex; gap: 0.5rem; margin-block: 1.25rem 1.5rem; max-inline-size: 32rem; }
.search input {
  flex: 1; min-inline-size: 0; padding: 0.6rem 0.75rem; font: inherit; color: var(--ink);
  background: var(--surface); border: 1px solid var(--ink-3); border-radius: 8px;
}
.search button {
  padding: 0.6rem 1.125rem; min-block-size: 2.75rem; font: inherit; font-weight: 560;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: 8px;
}
.year { margin-block-end: 2.5rem; }
.year h2 { font-size: 1.375rem; margin-block-end: 0.75rem; }
.years a[aria-current] { color: var(--ink); text-decoration: none; font-weight: 640; }

.plain + section, section + section { margin-block-start: 0.5rem; }
main > section > h2 { font-size: 1.375rem; margin-block: 1.5rem 0.5rem; }
main > section > p { color: var(--ink-2); margin-block-end: 1rem; }
.cards {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
  gap: 0.75rem; padding: 0; list-style: none;
}
.cards li {
  padding: 1rem 1.125rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--surface);
}
.cards h3 {
  display: flex; justify-content: space-between; align-items: baseline; gap: 1rem;
  font-size: 1.0625rem;
}
.use { font-size: 0.8125rem; font-weight: 450; color: var(--ink-3); }
.use.on { color: var(--accent); }
.use.on::before { content: "\25CF\00A0"; }
.address { display: inline-block; padding-block: 0.2rem; overflow-wrap: anywhere; }
span.address { color: var(--ink-2); }
.cards .note { font-size: 0.875rem; color: var(--ink-2); }
.note time { white-space: nowrap; }
main > section > h2 + .cards { margin-block-start: 0.75rem; }
main > .note {
  margin-block: 1.5rem; max-inline-size: 40rem; font-size: 0.9375rem; color: var(--ink-2);
}
.none { padding-block: 3rem; border-block-start: 1px solid var(--line); color: var(--ink-2); }
main > .onward { margin-block: 0.5rem 2rem; }

.staff section > h2 { font-size: 1.375rem; margin-block: 2.25rem 0.5rem; }
.staff > .form { margin-block-end: 1.5rem; }
.form { max-inline-size: 28rem; }
.wide { max-inline-size: 40rem; }
.field { margin-block-start: 1rem; }
.field label { display: block; font-weight: 560; }
.hint { display: block; font-size: 0.875rem; color: var(--ink-3); }
.problem { display: block; font-size: 0.9375rem; font-weight: 560; color: var(--danger); }
.field :is(input, select, textarea) {
  inline-size: 100%; min-block-size: 2.75rem; margin-block-start: 0.25rem; padding: 0.5rem 0.75rem;
  font: inherit; color: var(--ink); background: var(--surface); border: 1px solid var(--ink-3);
  border-radius: 8px;
}
.wrong { padding-inline-start: 0.875rem; border-inline-start: 3px solid var(--danger); }
.field textarea { display: block; line-height: 1.5; resize: vertical; }
.wrong :is(input, textarea) { border-color: var(--danger); }
.trap {
  position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
}
.quoted {
  max-inline-size: 40rem; margin-block: 0.5rem 1.25rem; padding-inline-start: 1.1em;
  border-inline-start: 3px solid var(--bronze); white-space: pre-line; overflow-wrap: anywhere;
}
h2 + .quoted { margin-block-start: 0.75rem; }
:is(.quoted, .row, .done) + section { margin-block-start: 1.75rem; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.35rem 1.25rem; }
.facts dt { color: var(--ink-3); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.form button {
  min-block-size: 2.75rem; margin-block-start: 1.25rem; padding: 0.5rem 1.25rem; font: inherit;
  font-weight: 560; color: var(--on-accent); background: var(--accent); border: 0;
  border-radius: 8px; cursor: pointer;
}
.form button:hover { text-decoration: underline; }
.form .quiet {
  margin: 0; padding-inline: 0.875rem; color: var(--danger); background: none;
  border: 1px solid currentColor;
}
.problems, .once, .done {
  max-inline-size: 40rem; margin-block-end: 1.25rem; padding: 1rem 1.125rem; border-radius: 12px;
}
.problems { color: var(--danger); background: var(--danger-soft); }
.problems a { color: inherit; }
.problems h2, .once h2 { font-size: 1.1875rem; }
.problems ul, .once ul { padding-inline-start: 1.25rem; margin-block-start: 0.5rem; }
.once { color: var(--bronze); background: var(--bronze-soft); }
.once p { color: var(--ink); }
.once code { background: none; overflow-wrap: anywhere; }
.done { color: var(--accent); background: var(--accent-soft); }
.things { padding: 0; list-style: none; }
.things li {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 0.5rem 1rem; padding-block: 0.75rem; border-block-start: 1px solid var(--line);
}
.qr {
  display: block; max-inline-size: 100%; block-size: auto; margin-block: 1rem; border-radius: 8px;
}
.ways { padding-block: 0.75rem; border-block-end: 1px solid var(--line); font-size: 0.9375rem; }
.ways a { display: inline-block; padding-block: 0.5rem; color: var(--ink-2); }
.ways a[aria-current] { color: var(--ink); font-weight: 640; text-decoration: none; }
.desk .plain { padding-block: 1.5rem 0.75rem; }
.desk section { margin-block-start: 2rem; }
.desk h2 { font-size: 1.375rem; margin-block-end: 0.5rem; }
.desk .form { max-inline-size: 40rem; }
.desk .things strong + .words { margin-block-start: 0.25rem; }
.words { display: block; overflow-wrap: anywhere; }
.mark {
  display: inline-block; margin-inline-end: 0.5rem; padding: 0.05rem 0.5rem; border-radius: 4px;
  font-size: 0.8125rem; color: var(--bronze); background: var(--bronze-soft);
}
.things strong ~ .mark { margin-inline-start: 0.5rem; }
.mark.good { color: var(--accent); background: var(--accent-soft); }
.mark.bad { color: var(--danger); background: var(--danger-soft); }
.acts { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-block-start: 1rem; }
.form .acts button { margin: 0; }
.form .second { color: var(--accent); background: none; border: 1px solid currentColor; }
fieldset { margin: 1rem 0 0; padding-block: 0; padding-inline-end: 0; border: 0; }
fieldset.field { padding-inline-start: 0; }
legend { padding: 0; font-weight: 560; }
:is(.field, .wrong) > .check {
  display: flex; align-items: baseline; gap: 0.625rem; font-weight: 400;
}
.check { padding-block: 0.375rem; }
:is(.field, .wrong) > .check input {
  inline-size: 1.25rem; min-block-size: 1.25rem; margin: 0; flex: none; align-self: center;
  accent-color: var(--accent);
}
details { margin-block-start: 1rem; max-inline-size: 40rem; }
summary { padding-block: 0.5rem; color: var(--accent); cursor: pointer; }
.shown-all { display: grid; gap: 0.75rem; }
.shown {
  padding: 1rem 1.125rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--surface);
}
.shown h3 { font-size: 1.0625rem; }
.count { font-size: 0.875rem; color: var(--ink-3); font-variant-numeric: tabular-nums; }
.count.over { color: var(--danger); font-weight: 560; }
.said { margin-block: 0.5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.warnings { padding-inline-start: 1.25rem; font-size: 0.9375rem; color: var(--bronze); }
.diff {
  margin-block-start: 0.75rem; padding: 0.5rem 0; border-radius: 8px;
  background: var(--sunken); font: 0.875rem/1.5 var(--mono);
}
.diff > * {
  display: block; padding-inline: 1.75rem 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere;
  text-decoration: none; text-indent: -1rem;
}
.diff > *::before { content: "\00A0\00A0"; }
.diff del { color: var(--danger); background: var(--danger-soft); }
.diff del::before { content: "-\00A0"; }
.diff ins { color: var(--accent); background: var(--accent-soft); }
.diff ins::before { content: "+\00A0"; }
@media (forced-colors: active) { .form button, .problems { border: 1px solid; } }

.bottom { margin-block-start: 2rem; border-block-start: 1px solid var(--line); }
.bottom > div { padding-block: 1.25rem 2.5rem; font-size: 0.9375rem; }
.bottom .owner { color: var(--ink-2); }
.bottom a { color: var(--ink-2); }

:lang(ja), :lang(zh), :lang(ko) { line-break: strict; }
:lang(ja) :is(h1, h2, h3), :is(h1, h2, h3):lang(ja) { word-break: auto-phrase; }
:lang(ja) {
  --sans: "Hiragino Sans", "Yu Gothic", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", sans-serif;
  --serif: "Hiragino Mincho ProN", "Yu Mincho", "Noto Serif CJK JP", "Noto Serif JP", serif;
}
:lang(zh) {
  --sans: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif;
  --serif: "Songti SC", SimSun, "Noto Serif CJK SC", "Noto Serif SC", serif;
}
:lang(zh-Hant), :lang(zh-TW), :lang(zh-HK) {
  --sans: "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", "Noto Sans TC", sans-serif;
  --serif: "Songti TC", PMingLiU, "Noto Serif CJK TC", "Noto Serif TC", serif;
}
:lang(ko) {
  --sans: "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", sans-serif;
  --serif: AppleMyungjo, Batang, "Noto Serif CJK KR", "Noto Serif KR", serif;
}
:lang(ar), :lang(fa), :lang(ur), :lang(ps), :lang(ckb) {
  --sans: "SF Arabic", "Segoe UI", "Noto Sans Arabic", "Noto Naskh Arabic", Tahoma, sans-serif;
  --serif: "Geeza Pro", "Noto Naskh Arabic", "Traditional Arabic", "Noto Sans Arabic", serif;
}
[lang]:is(:lang(ja), :lang(zh), :lang(ko)) { font-family: var(--sans); line-height: 1.8; }
[lang]:is(:lang(ar), :lang(fa), :lang(ur), :lang(ps), :lang(ckb)) {
  font-family: var(--sans); line-height: 1.85;
}
:is(:lang(ar), :lang(fa), :lang(ur)):is(h1, h2) { line-height: 1.45; letter-spacing: 0; }

@media (max-width: 40rem) {
  body { font-size: 1rem; }
  .top { padding-block: 0.75rem 0.25rem; }
  .welcome { padding-block: 1.5rem 1.5rem; }
  .welcome p { font-size: 1.375rem; }
  .plain, .post { padding-block-start: 1.5rem; }
  .plain h1 { font-size: 1.75rem; }
  .entry { grid-template-columns: minmax(0, 1fr); padding-block: 1.5rem; gap: 0.25rem; }
  .when { display: flex; align-items: baseline; gap: 0.75rem; padding: 0; }
  .when .kind { margin: 0; }
  .entry h2 { font-size: 1.3125rem; }
  .several { gap: 0.5rem; }
  .titles li { grid-template-columns: 3.75rem minmax(0, 1fr); }
  .dated li, .undated li { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; }
  .titles a { padding-block: 0.2rem; }
}
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
}
@media print {
  :root {
    --canvas: #fff; --surface: #fff; --sunken: #f4f4f4; --ink: #000; --ink-2: #222;
    --ink-3: #444; --line: #bbb; --accent: #000; --accent-soft: #fff;
  }
  body { font: 11pt/1.45 var(--serif); }
  .top nav, .skip, .bottom, .neighbours, .more { display: none; }
  .top, main { max-inline-size: none; padding-inline: 0; }
  .post > * { max-inline-size: none; }
  .text a[href^="http"]::after, .also a::after { content: " (" attr(href) ")"; font-size: 0.8em; }
  .onward a { color: inherit; background: none; padding: 0; }
  .onward a::after { content: " (" attr(href) ")"; }
  pre { white-space: pre-wrap; }
  h1, h2, h3 { break-after: avoid; }
  .entry, figure, img, pre, tr, .cards li { break-inside: avoid; }
}
)css";

// The first character of the name, as a letter of the mark.
std::string_view initial(std::string_view name) {
  name = trim(name);
  std::size_t end = name.empty() ? 0 : 1;
  while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) ++end;
  return name.substr(0, end);
}

}  // namespace

std::string_view style_sheet() {
  return sheet.substr(1);
}

const std::string& style_path() {
  static const std::string path = "/style-" + to_hex(sha256(style_sheet())).substr(0, 12) + ".css";
  return path;
}

std::string favicon(const SiteIndex& index) {
  const std::string letter(initial(index.view.organisation.name));
  const Xml svg = node(
      "svg", attr("xmlns", "http://www.w3.org/2000/svg"), attr("viewBox", "0 0 64 64"),
      node("rect", attr("width", 64), attr("height", 64), attr("rx", 14), attr("fill", "#0a6259")),
      node("text", attr("x", 32), attr("y", 45), attr("text-anchor", "middle"),
           attr("font-family", "Georgia, 'Noto Serif', serif"), attr("font-size", 38),
           attr("font-weight", 600), attr("fill", "#ffffff"), letter),
      node("rect", attr("x", 22), attr("y", 53), attr("width", 20), attr("height", 3),
           attr("rx", "1.5"), attr("fill", "#e7ab5c")));
  return svg.str() + "\n";
}

}  // namespace carillon
