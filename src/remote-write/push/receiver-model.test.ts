import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Fault, faults } from '../../../test/support/remote-write/model-receiver.ts';
import {
  type CycleEnd,
  keys,
  MINUTE_MS,
  type Step,
  type StoreKind,
  World,
} from '../../../test/support/remote-write/receiver-world.ts';

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('cycle' as const),
      keys: fc.subarray(keys),
      end: fc.constantFrom<CycleEnd>('complete', 'complete', 'partial', 'source failed', 'killed'),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ type: 'repeat' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ type: 'restart' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ type: 'end' }) },
);

const scenarioArbitrary = fc.record({
  steps: fc.array(stepArbitrary, { minLength: 1, maxLength: 10 }),
  last: fc.subarray(keys),
  script: fc.array(fc.constantFrom<Fault>(...faults), { maxLength: 40 }),
  onVersionTwo: fc.constantFrom('knows' as const, 'refuses' as const, 'misreads' as const),
  maxSamples: fc.constantFrom(2, 3, 100),
  /** Milliseconds between steps. */
  delays: fc.array(fc.constantFrom(MINUTE_MS, 1, 0), { minLength: 10, maxLength: 10 }),
  /** Index of the step before which the clock is set back. Higher indexes mean never. */
  setBackAt: fc.nat(12),
});
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'receiver-model-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a receiver, whatever happens to its requests', () => {
  it.each<StoreKind>(['disk', 'memory', 'none'])(
    'gets every series in order and one stale marker, with state in: %s',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(scenarioArbitrary, async (scenario) => {
          const world = new World(kind, mkdtempSync(join(folder, 'state-')), scenario);
          for (const step of scenario.steps) await world.take(step);
          expect(await world.finish(scenario.last)).toEqual([]);
        }),
        { numRuns: Number(process.env['MODEL_RUNS'] ?? 200) },
      );
    },
    120_000,
  );
});
