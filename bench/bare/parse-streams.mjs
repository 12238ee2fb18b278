/// <reference types="node" />
// Streamed gunzip and JSON.parse of each file of a folder, and nothing else.
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;

const folder = process.argv[2] ?? '.';
let sum = 0;
for (const name of readdirSync(folder)) {
  const raw = createReadStream(join(folder, name), { highWaterMark: CHUNK_BYTES });
  /** @type {AsyncIterable<Buffer>} */
  const unpacked = raw.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of unpacked) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  JSON.parse(bytes.toString('utf8'));
  sum += bytes.length;
}
process.stdout.write(`${sum}\n`);
