import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import packageJson from '../../package.json' with { type: 'json' };
import { cliPath } from '../support/cli/run-cli.ts';

const compiled = `program-${process.version}-${process.arch}.bin`;

/** Prints whether V8 took the code that was compiled before, which nobody else is told. */
const TELL = `
  const vm = require('node:vm');
  const { Script } = vm;
  vm.Script = class extends Script {
    constructor(...args) {
      super(...args);
      process.stderr.write('rejected: ' + this.cachedDataRejected + ' ');
    }
  };
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  cpSync(dirname(cliPath), join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'tell.cjs'), TELL);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('what the build has compiled', () => {
  it('is there for this version of Node.js', () => {
    expect(readdirSync(join(folder, 'dist'))).toContain(compiled);
  });

  it('is taken by V8', () => {
    expect(version().stderr).toBe('rejected: false ');
  });
});

describe('a program of which nothing is compiled', () => {
  it('starts all the same', () => {
    rmSync(join(folder, 'dist', compiled));

    expect(version()).toMatchObject({ stdout: `${packageJson.version}\n`, status: 0 });
  });

  it.each(['', 'garbage'])('also where that file says %j', (content) => {
    writeFileSync(join(folder, 'dist', compiled), content);

    expect(version()).toMatchObject({
      stdout: `${packageJson.version}\n`,
      status: 0,
      stderr: 'rejected: true ',
    });
  });
});

function version() {
  const args = ['--require', join(folder, 'tell.cjs'), join(folder, 'dist/cli.cjs'), '--version'];
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
}
