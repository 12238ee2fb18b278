// Writes down what V8 makes of dist/program.cjs for the Node.js that runs this, so that a start need
// not do it again: a third of the time that a start takes otherwise.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const keeper = fileURLToPath(new URL('stubs/keep-compiled.cjs', import.meta.url));
const target = `dist/program-${process.version}-${process.arch}.bin`;
const examples = join(root, 'examples/scan-results');
const folder = mkdtempSync(join(tmpdir(), 'compile-ahead-'));
const lists = new Map(
  ['vulnerabilitymanifests', 'vulnerabilitymanifestsummaries'].map((kind) => [
    kind,
    JSON.parse(readFileSync(join(examples, `${kind}.json`), 'utf8')),
  ]),
);

/** A cluster of the examples: whole lists, and manifests one by one. Of all else there is nothing. */
const server = createServer((request, response) => {
  const [, kind = '', name] =
    /\/(vulnerabilitymanifest\w*)(?:\/([^/?]+))?(?:\?|$)/.exec(request.url ?? '') ?? [];
  const list = lists.get(kind);
  const found = name === undefined ? list : list?.items.find((one) => one.metadata.name === name);
  response.writeHead(found === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(found ?? {}));
});

// Functions are compiled when they are called first. Each run begins with what those before compiled:
// the examples as files, as a cluster, and as one that has not changed.
rmSync(join(root, target), { force: true });
try {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const cluster = ['--kubeconfig', writeKubeconfig(), '--state-dir', folder, '--cluster', 'demo'];
  for (const source of [['--from', examples], cluster, cluster]) {
    await promisify(execFile)(
      process.execPath,
      ['--require', keeper, 'dist/cli.cjs', 'render', ...source],
      { cwd: root, env: { KEEP_COMPILED: target }, maxBuffer: 2 ** 30 },
    );
  }
} catch (error) {
  // What is built runs without it.
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `nothing was compiled ahead, so each start takes a little longer: ${reason}\n`,
  );
} finally {
  server.close();
  rmSync(folder, { recursive: true });
}

function writeKubeconfig() {
  const path = join(folder, 'kubeconfig.json');
  const { port } = server.address();
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'examples',
      contexts: [{ name: 'examples', context: { cluster: 'examples', user: 'examples' } }],
      clusters: [{ name: 'examples', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: 'examples', user: { token: 'none' } }],
    }),
  );
  return path;
}
