import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

import type * as Program from './program.ts';

/** What the bundle is a function of: names that Node.js gives to its own modules. */
type ModuleScope = readonly [
  exports: object,
  require: NodeJS.Require,
  module: { readonly exports: Partial<typeof Program> },
  filename: string,
  dirname: string,
];

/**
 * Loads `program.cjs` out of the folder, with what the build compiled of it for this version of
 * Node.js, if it did. V8 does without where it was compiled otherwise: it only takes longer then.
 */
export function loadProgram(folder: string): typeof Program.run {
  const filename = join(folder, 'program.cjs');
  const compiled = join(folder, compiledName());
  const script = new Script(readFileSync(filename, 'utf8'), {
    filename,
    ...(existsSync(compiled) && { cachedData: readFileSync(compiled) }),
  });
  const define: unknown = script.runInThisContext();
  const module: ModuleScope[2] = { exports: {} };
  if (isDefinition(define)) {
    define(module.exports, createRequire(filename), module, filename, folder);
  }
  const { run } = module.exports;
  if (run === undefined) throw new Error(`${filename} is not the program that was built`);
  return run;
}

function isDefinition(value: unknown): value is (...scope: ModuleScope) => void {
  return typeof value === 'function';
}

/** Compiled code is for one version, and V8 does not look at the processor that it was made for. */
function compiledName(): string {
  return `program-${process.version}-${process.arch}.bin`;
}
