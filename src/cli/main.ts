#!/usr/bin/env node
import module from 'node:module';

/** Only Node.js 22.8 and later have this function. */
const { enableCompileCache }: typeof module & { enableCompileCache?: () => unknown } = module;

async function main(): Promise<void> {
  // Keeps compiled code for the next start, but only for files that are loaded after this call. That
  // is why the program is in another file.
  enableCompileCache?.();
  const { run } = await import('./program.ts');
  process.exitCode = await run(process.argv);
}

void main();
