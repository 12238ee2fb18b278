// Builds dist/cli.cjs: one file that needs nothing but Node.
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const outfile = 'dist/cli.cjs';
const unused = fileURLToPath(new URL('stubs/unused.mjs', import.meta.url));

/**
 * Half of the bundle would be parts of dependencies that are never called, and every start pays
 * for parsing them: tables of MIME types and of international domain names, models of Kubernetes.
 */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve }) {
    onResolve({ filter: /^(?:form-data|node-fetch)$/ }, () => ({ path: unused }));
    onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer }) =>
      importer.includes('@kubernetes/client-node') ? { path: unused } : undefined,
    );
  },
};

await build({
  entryPoints: ['src/cli/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Not ESM: its imports of Node's own modules would all run at start-up, http and zlib included.
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  banner: { js: '#!/usr/bin/env node' },
  // Native, and not on every platform: the program goes on without it.
  external: ['snappy'],
  plugins: [leaveOut],
});
await chmod(outfile, 0o755);
