import fc from 'fast-check';
import { expect, it } from 'vitest';

import { AgentWorld, QUIET_MS, readFresh, REOPEN_MS } from '../support/histories/agent-world.ts';
import {
  apply,
  histories,
  MANIFEST_OF,
  objectsOf,
  STEADY,
  type TimedStep,
} from '../support/histories/history.ts';
import { MANIFESTS, POSTURES, SUMMARIES } from '../support/kubernetes/lab.ts';

/** A read waits a second for each damaged manifest. */
const READ_MS = 10_000;
const seed = Number(process.env['HISTORY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

it(`an agent's series equal a fresh read after any history (HISTORY_SEED=${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const { live, expected, wronglyEnded } = await runHistory(history);

      expect(live).toEqual(expected);
      expect(wronglyEnded).toEqual([]);
    }),
    { seed, numRuns: 200 },
  );
}, 180_000);

async function runHistory(history: readonly TimedStep[]) {
  const wronglyEnded: string[] = [];
  const world = new AgentWorld((ended) => {
    wronglyEnded.push(...ended.filter((series) => mustLive(world, series)));
  });
  try {
    for (const name of [STEADY, 'cart', 'ledger']) {
      for (const object of objectsOf(name)) world.storage.store.put(object);
    }
    await world.start();
    for (const step of history) await apply(world, step);
    world.storage.onRequest = () => undefined;
    await world.advance(REOPEN_MS + QUIET_MS + READ_MS);
    const expected = await readFresh(world.model.toReadable());
    return { live: world.live, expected, wronglyEnded };
  } finally {
    await world.stop();
  }
}

/** Whether a series belongs to objects that no step touches, or that are damaged but were read before. */
function mustLive({ model }: AgentWorld, series: string): boolean {
  const workload = /workload="([^"]*)"/.exec(series)?.[1];
  if (workload === undefined) return false;
  if (workload === STEADY) return true;
  if (series.includes('control')) return model.hasLastValue(POSTURES, `deployment-${workload}`);
  return (
    model.hasLastValue(SUMMARIES, `deployment-${workload}-main`) &&
    model.hasLastValue(MANIFESTS, MANIFEST_OF[workload] ?? '')
  );
}
