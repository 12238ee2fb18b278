import { resolve } from 'node:path';

import packageJson from '../../package.json' with { type: 'json' };

const root = resolve(import.meta.dirname, '../..');

/** The bundle as users run it. */
export const cliPath = resolve(root, packageJson.bin['kubescape-push']);

/** Ignored by git. */
export const cacheFolder = resolve(root, '.cache/bench/files');
