import { describe, expect, it } from 'vitest';

import { generatedDocuments, realDocuments } from '../support/fuzz/original-documents.ts';
import { runFuzz } from '../support/fuzz/run-fuzz.ts';
import failedSeeds from '../support/fuzz/seeds.json' with { type: 'json' };
import { samples } from '../support/scan-results/samples.ts';

const generated = generatedDocuments();
const real = realDocuments();
/** The number of documents that fit into a test run. `npm run fuzz` reads 10,000. */
const seeds = Array.from({ length: 250 }, (_, index) => `test-${index}`);

describe('changed scan results neither crash nor hang nor fill the memory', () => {
  it('in generated documents', async () => {
    expect((await runFuzz(generated, seeds)).failures).toEqual([]);
  });

  it.skipIf(samples.missing)(`in real documents${samples.note}`, async () => {
    expect((await runFuzz(real, seeds)).failures).toEqual([]);
  });

  it.skipIf(samples.missing)(`for seeds that failed before${samples.note}`, async () => {
    const all = [...real, ...generated];
    expect((await runFuzz(all, failedSeeds)).failures).toEqual([]);
  });
});
