/// <reference types="node" />
// gunzip and JSON.parse of each file of a folder, and nothing else.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = process.argv[2] ?? '.';
let sum = 0;
for (const name of readdirSync(folder)) {
  const bytes = gunzipSync(readFileSync(join(folder, name)));
  JSON.parse(bytes.toString('utf8'));
  sum += bytes.length;
}
process.stdout.write(`${sum}\n`);
