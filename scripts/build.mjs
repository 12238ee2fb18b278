// Builds the command line into dist/: plain files that need Node.js and no packages.
import { chmod, rm } from 'node:fs/promises';
import { basename } from 'node:path';

import { build } from 'esbuild';

/** Each entry point becomes a separate file. Other modules load it with `import()`. */
const entryPoints = {
  cli: 'src/cli/main.ts',
  program: 'src/cli/program.ts',
  // Few installations push to AWS, and parsing its SDK would add 20 ms to every start.
  'aws-sdk': 'src/http/auth/aws-sdk.ts',
};

const separateFiles = {
  name: 'separate-files',
  setup({ onResolve }) {
    onResolve({ filter: /\.ts$/ }, ({ path, kind }) => {
      const entry = Object.entries(entryPoints).find(
        ([, file]) => basename(file) === basename(path),
      );
      if (kind !== 'dynamic-import' || entry === undefined) return undefined;
      return { path: `./${entry[0]}.cjs`, external: true };
    });
  },
};

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  // An ES module would load all of Node's own modules at start-up, http and zlib included.
  format: 'cjs',
  // With CommonJS output, this turns import() into require().
  supported: { 'dynamic-import': false },
  // Names stay: stack traces remain readable, and the AWS SDK compares class names.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // This optional package is native code, which cannot be bundled.
  external: ['snappy'],
  plugins: [separateFiles],
});
await chmod('dist/cli.cjs', 0o755);
