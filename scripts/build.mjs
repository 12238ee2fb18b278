// Builds dist/cli.cjs, which needs nothing but Node, dist/program.cjs beside it and, to log in at AWS,
// dist/aws-sdk.cjs.
import { chmod, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const outfile = 'dist/cli.cjs';
const unused = fileURLToPath(new URL('stubs/unused.mjs', import.meta.url));
const lazySocks = fileURLToPath(new URL('stubs/lazy-socks.cjs', import.meta.url));

/**
 * Half of the bundle would be parts of dependencies that are never called, and every start pays
 * for parsing them: tables of MIME types and of international domain names, models of Kubernetes.
 */
const leaveOut = {
  name: 'leave-out',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(?:form-data|node-fetch)$/ }, () => ({ path: unused }));
    onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer }) =>
      importer.includes('@kubernetes/client-node') ? { path: unused } : undefined,
    );
    onResolve({ filter: /^socks-proxy-agent$/ }, ({ importer }) =>
      importer === lazySocks ? undefined : { path: lazySocks },
    );
    // Its HTTP/2, which the API servers are not asked in, takes Node 9 ms to load.
    onResolve({ filter: /^http2$/ }, () => ({ path: unused }));
    // Node loads undici, as long as all of our own start, when somebody only looks at its globals.
    onResolve({ filter: /^\.\/fetch\.js$/ }, ({ importer }) =>
      /axios\/lib\/adapters/.test(importer) ? { path: unused } : undefined,
    );
    onLoad({ filter: /axios\/lib\/utils\.js$/ }, async ({ path }) => ({
      contents: replaceOnce(
        await readFile(path, 'utf8'),
        "typeof G.FormData !== 'undefined'",
        'false',
      ),
    }));
  },
};

/** @throws {RangeError} The text is not there: the dependency has changed, and so must this. */
function replaceOnce(text, what, by) {
  if (text.split(what).length !== 2) throw new RangeError(`${what} is not there exactly once`);
  return text.replace(what, by);
}

/** Few push to AWS, and its SDK is half as large as all the rest. */
const setApart = {
  name: 'set-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/aws-sdk\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './aws-sdk.cjs', external: true } : undefined,
    );
  },
};

const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Not ESM: its imports of Node's own modules would all run at start-up, http and zlib included.
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  // To a script, which the program is, only require() is given.
  supported: { 'dynamic-import': false },
  // Native, and not on every platform: the program goes on without it.
  external: ['snappy'],
};
await rm('dist', { recursive: true, force: true });
await build({
  ...options,
  entryPoints: ['src/cli/main.ts'],
  outfile,
  banner: { js: '#!/usr/bin/env node' },
  define: { 'import.meta.dirname': '__dirname' },
});
await build({
  ...options,
  entryPoints: ['src/cli/program.ts'],
  outfile: 'dist/program.cjs',
  // A script that is a function: so it can be given to V8 with what was compiled of it before.
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
  plugins: [leaveOut, setApart],
});
await build({
  ...options,
  entryPoints: ['src/http/auth/aws-sdk.ts'],
  outfile: 'dist/aws-sdk.cjs',
  // Elsewhere it would cost what it takes to name each function again whenever one is made.
  keepNames: true,
});
await chmod(outfile, 0o755);
