// Builds dist/cli.js: one ESM file that needs nothing but Node.
import { chmod } from 'node:fs/promises';

import { build } from 'esbuild';

const banner = `#!/usr/bin/env node
import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

await build({
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/cli.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minifySyntax: true,
  legalComments: 'none',
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: { js: banner },
});
await chmod('dist/cli.js', 0o755);
