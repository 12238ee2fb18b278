import fc from 'fast-check';

import type { ResourceName } from '../fake-storage/resources.ts';
import type { StorageObject } from '../fake-storage/stored-object.ts';
import { MANIFESTS, POSTURES, SUMMARIES } from '../kubernetes/lab.ts';
import { configuration, image, runs } from '../kubernetes/small-cluster.ts';
import type { AgentWorld } from './agent-world.ts';

/** Workload that no step of a history touches. */
export const STEADY = 'steady';

const workloads = ['cart', 'ledger', 'search', 'mail'] as const;
const severities = ['Critical', 'High', 'Medium', 'Low'] as const;

/** Something that happens to a cluster or its agent. */
export type Step =
  | { readonly type: 'write'; readonly workload: string; readonly severities: readonly string[] }
  | { readonly type: 'posture'; readonly workload: string; readonly failed: number }
  | { readonly type: 'delete' | 'clean up'; readonly workload: string }
  | { readonly type: 'damage'; readonly workload: string; readonly resource: ResourceName }
  | { readonly type: 'restart server'; readonly seconds: number }
  | { readonly type: 'cut watches'; readonly how: 'reset' | 'end' }
  | { readonly type: 'restart agent' }
  | { readonly type: 'wait'; readonly seconds: number };

export interface TimedStep {
  readonly step: Step;
  /** Number of requests to wait for before a change happens. 0: it happens at once. */
  readonly afterRequests: number;
}

const workload = fc.constantFrom(...workloads);
const findings = fc.array(fc.constantFrom(...severities), { maxLength: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('write'), workload, severities: findings }),
  fc.record({ type: fc.constant('posture'), workload, failed: fc.nat(3) }),
  fc.record({ type: fc.constantFrom('delete', 'clean up'), workload }),
  fc.record({
    type: fc.constant('damage'),
    workload,
    resource: fc.constantFrom(SUMMARIES, MANIFESTS, POSTURES),
  }),
  fc.record({ type: fc.constant('restart server'), seconds: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ type: fc.constant('cut watches'), how: fc.constantFrom('reset', 'end') }),
  fc.record({ type: fc.constant('restart agent') }),
  fc.record({ type: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 90 }) }),
);

export const histories: fc.Arbitrary<readonly TimedStep[]> = fc.array(
  fc.record({ step, afterRequests: fc.oneof(fc.constant(0), fc.nat(12)) }),
  { minLength: 3, maxLength: 14 },
);

export const MANIFEST_OF: Readonly<Record<string, string>> = Object.fromEntries(
  [...workloads, STEADY].map((name) => [name, image(name).metadata.name]),
);

/** The objects of one workload: image first, as Kubescape writes them. */
export function objectsOf(name: string, found: readonly string[] = ['High']): StorageObject[] {
  const scanned = image(name, { severities: found });
  const place = { namespace: 'shop', workload: name } as const;
  return [scanned, runs(scanned, place), configuration(place, 1)];
}

/** Applies a step. Changes of objects may happen in the middle of what the agent does next. */
export async function apply(
  world: AgentWorld,
  { step: one, afterRequests }: TimedStep,
): Promise<void> {
  if (one.type === 'wait') return world.advance(one.seconds * 1000);
  if (one.type === 'restart agent') return world.start();
  if (one.type === 'restart server') {
    world.storage.stop();
    await world.advance(one.seconds * 1000);
    world.storage.isDown = false;
    return undefined;
  }
  const at = world.storage.requests + afterRequests;
  if (afterRequests === 0) change(world, one);
  else {
    world.storage.onRequest = () => {
      if (world.storage.requests < at) return;
      world.storage.onRequest = () => undefined;
      change(world, one);
    };
  }
  await world.settle();
}

type Change = Exclude<Step, { readonly type: 'wait' | 'restart agent' | 'restart server' }>;

function change({ storage }: AgentWorld, one: Change): void {
  if (one.type === 'cut watches') {
    storage.watches.cut(one.how);
    return;
  }
  const keys = keysOf(one.workload);
  if (one.type === 'write') {
    const place = { namespace: 'shop', workload: one.workload } as const;
    const scanned = image(one.workload, { severities: one.severities });
    for (const object of [scanned, runs(scanned, place)]) storage.store.put(object);
  } else if (one.type === 'posture') {
    storage.store.put(configuration({ namespace: 'shop', workload: one.workload }, one.failed));
  } else if (one.type === 'damage') {
    const key = keys.find(({ resource }) => resource === one.resource);
    if (key !== undefined && storage.store.find(key) !== undefined) {
      storage.store.corrupt(key, 'forever');
    }
  } else {
    for (const key of keys) remove(storage, one.type, key);
  }
}

/** An object that is damaged cannot be deleted, but the cleanup removes it. */
function remove(
  storage: AgentWorld['storage'],
  how: 'delete' | 'clean up',
  key: ReturnType<typeof keysOf>[number],
): void {
  if (storage.store.find(key) === undefined) return;
  const isDamaged = storage.store.find(key)?.damage !== undefined;
  if (how === 'clean up' || isDamaged) storage.cleanUp(key);
  else storage.store.delete(key);
}

function keysOf(name: string) {
  const object = `deployment-${name}`;
  return [
    { resource: SUMMARIES, namespace: 'shop', name: `${object}-main` },
    { resource: POSTURES, namespace: 'shop', name: object },
    { resource: MANIFESTS, namespace: 'kubescape', name: MANIFEST_OF[name] ?? '' },
  ] as const;
}
