// Writes down what V8 makes of dist/program.cjs for the Node.js that runs this, so that a start need
// not do it again: a third of the time that a start takes otherwise.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const keeper = fileURLToPath(new URL('stubs/keep-compiled.cjs', import.meta.url));
const target = `dist/program-${process.version}-${process.arch}.bin`;

// Functions are compiled when they are called first: a run that does what runs do calls most of them.
rmSync(new URL(`../${target}`, import.meta.url), { force: true });
execFileSync(
  process.execPath,
  ['--require', keeper, 'dist/cli.cjs', 'render', '--from', 'examples/scan-results'],
  {
    cwd: root,
    env: { KEEP_COMPILED: target },
    stdio: ['ignore', 'ignore', 'pipe'],
  },
);
