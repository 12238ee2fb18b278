#!/usr/bin/env node
import module from 'node:module';

/** Node.js has it since 22.8. */
const { enableCompileCache }: typeof module & { enableCompileCache?: () => unknown } = module;

async function main(): Promise<void> {
  // Keeps compiled code for the next start, but only of files that are loaded after this call. That
  // is why the program is a file of its own.
  enableCompileCache?.();
  const { run } = await import('./program.ts');
  process.exitCode = await run(process.argv);
}

void main();
