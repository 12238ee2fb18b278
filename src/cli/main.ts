import { setFlagsFromString } from 'node:v8';

import { loadProgram } from './load-program.ts';

// V8 learns to put what JSON.parse makes straight into the old space, where garbage waits longest;
// for documents that are read once and forgotten that costs a fifth of the memory, and time.
// Set first: code that was compiled under other flags is compiled again.
setFlagsFromString('--no-allocation-site-pretenuring');

// Optimizing a function takes longer than it saves in a run of half a second, which most runs are: V8
// waits until one has run four times as much as usual. In a long run that makes no difference. Later
// versions have a quicker compiler in between, do not know the flag by this name, and would say so.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=300000');

// When nothing is left to be done, nor to be written, V8 need not take its heap apart.
process.once('beforeExit', () => process.exit());

async function main(): Promise<void> {
  const run = loadProgram(import.meta.dirname);
  process.exitCode = await run(process.argv);
}

void main();
