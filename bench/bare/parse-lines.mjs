/// <reference types="node" />
// Streamed gunzip and JSON.parse of each line of the files of a folder, and nothing else.
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

const folder = process.argv[2] ?? '.';
let sum = 0;
for (const name of readdirSync(folder)) {
  const raw = createReadStream(join(folder, name), { highWaterMark: CHUNK_BYTES });
  /** @type {AsyncIterable<Buffer>} */
  const unpacked = raw.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  /** @type {Buffer[]} */
  let parts = [];
  for await (const chunk of unpacked) {
    sum += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      parts.push(chunk.subarray(start, end));
      JSON.parse(Buffer.concat(parts).toString('utf8'));
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
}
process.stdout.write(`${sum}\n`);
