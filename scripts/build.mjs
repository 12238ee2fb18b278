// Builds dist/cli.cjs: one file that needs nothing but Node.
import { chmod } from 'node:fs/promises';

import { build } from 'esbuild';

const outfile = 'dist/cli.cjs';

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
});
await chmod(outfile, 0o755);
