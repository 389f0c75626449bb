// The peers' side of rendering: how X and Bluesky see each text, nothing more. Prints JSON.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { RichText } from '@atproto/api';
import twitter from 'twitter-text';

const seconds = 3;
const bodies = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let seen = 0;

function round() {
  for (const text of bodies) {
    seen += twitter.parseTweet(text).weightedLength;
    const rich = new RichText({ text });
    rich.detectFacetsWithoutResolution();
    seen += rich.graphemeLength;
  }
}

round(); // lets the compiler see the code
let texts = 0;
const start = performance.now();
while (performance.now() - start < seconds * 1000) {
  round();
  texts += bodies.length;
}
const rate = texts / ((performance.now() - start) / 1000);
if (seen === 0) throw new Error('nothing was counted');
console.log(JSON.stringify({ texts: bodies.length, rate }));
