import { z } from 'zod';

import { captures, type Exchange } from './captures.ts';
import { type FakeStorage, startFakeStorage } from './fake-storage.ts';
import type { ResourceName } from './resources.ts';
import type { StorageObject } from './stored-object.ts';
import { ask } from './test-client.ts';

const SUMMARIES = 'vulnerabilitymanifestsummaries';
const MANIFESTS = 'vulnerabilitymanifests';
const POSTURES = 'workloadconfigurationscansummaries';

const Metadata = z.looseObject({ name: z.string(), namespace: z.string() });
export const StoredObject = z.looseObject({ metadata: Metadata, spec: z.unknown() });
const Objects = z.object({ items: z.array(StoredObject) });

/** Starts a fake with the objects of the real server. The order of kinds gives equal row numbers. */
export async function startRecorded(): Promise<FakeStorage> {
  const storage = await startFakeStorage({ checksums: false });
  const { store } = storage;
  for (const [resource, name] of [
    [MANIFESTS, '21-manifests-list-fullSpec'],
    [SUMMARIES, '11-summaries-list-fullSpec'],
    [POSTURES, '31-config-summaries-list-fullSpec'],
    ['workloadconfigurationscans', '33-config-scans-list-fullSpec'],
  ] as const) {
    for (const object of objectsIn(name)) store.load(object, resource);
  }
  return storage;
}

export function objectsIn(name: string): readonly StorageObject[] {
  return Objects.parse(JSON.parse(captures.exchange(name).body)).items;
}

export interface Contract {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export async function answerOf(
  fake: FakeStorage,
  recorded: Exchange,
  sent?: string,
): Promise<Contract> {
  const { method, url, requestHeaders: headers } = recorded;
  const answer = await ask(fake, url, {
    method,
    headers,
    ...(sent !== undefined && { body: sent }),
  });
  return contractOf({ ...recorded, ...answer, headers: Object.fromEntries(answer.headers) });
}

/** The parts of an answer that clients can rely on. */
export function contractOf({ status, headers, body, method }: Omit<Exchange, 'url'>): Contract {
  // The real server indents some errors, which changes only their length.
  const hasFreeLength = status === 406 || method === 'HEAD';
  return { status, headers: headersOf(headers, hasFreeLength), body: parsed(body) };
}

/** Without the headers that Node adds about the connection. */
export function headersOf(
  headers: Readonly<Record<string, string>>,
  hasFreeLength = false,
): Contract['headers'] {
  const skipped = new Set(['connection', 'keep-alive', 'date']);
  if (hasFreeLength) skipped.add('content-length');
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !skipped.has(name))
      .map(([name, value]) => [name, name === 'audit-id' ? 'any' : value]),
  );
}

function parsed(body: string): unknown {
  return body.startsWith('{') ? JSON.parse(body) : body.trim();
}

export function keyOf(name: string): { resource: ResourceName; namespace: string; name: string } {
  const parts = captures.exchange(name).url.split('/');
  return { resource: resourceIn(parts.join('/')), namespace: parts[5] ?? '', name: parts[7] ?? '' };
}

export function resourceIn(url: string): ResourceName {
  if (url.includes(SUMMARIES)) return SUMMARIES;
  if (url.includes('workloadconfigurationscansummaries'))
    return 'workloadconfigurationscansummaries';
  return MANIFESTS;
}

export function relative(url: string): string {
  return url.split('/').slice(4).join('/');
}
