import * as z from 'zod';

import { readScanResult } from '../../formats/scan-result.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ClusterAccess } from '../../kubernetes/cluster-access.ts';
import { readJsonBody } from '../../kubernetes/json-body.ts';
import type { Check } from '../../model/check.ts';
import { readClusterName } from './cluster-config.ts';
import { listPages } from './list-objects.ts';
import {
  FULL_SPEC,
  METADATA_ONLY,
  POSTURE_KIND,
  rbacRule,
  STORAGE_GROUP,
  STORAGE_ROOT,
  type StorageKind,
  storagePath,
} from './storage-api.ts';

export interface CheckClusterOptions {
  readonly access: ClusterAccess;
  readonly client: ApiClient;
  readonly namespace: string;
  /** What a push would read. */
  readonly kinds: readonly StorageKind[];
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** What is found out on the way and used further on. */
export interface ClusterFacts {
  /** From Kubescape's own configuration, else from the first summaries. */
  clusterName: string | undefined;
}

const MAX_BYTES = 64 * 2 ** 20;
const Discovery = z.object({ resources: z.array(z.object({ name: z.string() })) });
const Review = z.object({
  status: z.object({ allowed: z.boolean(), reason: z.string().optional() }),
});

/** Everything that reading the cluster needs, in the order in which it is needed. */
export async function* checkCluster(
  options: CheckClusterOptions,
  facts: ClusterFacts,
): AsyncGenerator<Check> {
  const discovery = await checkDiscovery(options);
  yield discovery;
  if (discovery.status === 'failed') return;
  const readable: StorageKind[] = [];
  for (const kind of options.kinds) {
    const { mayList, ...check } = await checkRights(kind, options);
    yield check;
    // Else its list would only say the same again.
    if (mayList) readable.push(kind);
  }
  if (facts.clusterName === undefined) {
    const configured = await readClusterName(options.client, options.namespace, options.signal);
    if (configured.status === 'ok') facts.clusterName = configured.name;
    else yield { subject: 'cluster name', status: 'failed', finding: configured.message };
  }
  for (const kind of readable) yield* checkList(kind, options, facts);
}

async function checkDiscovery(options: CheckClusterOptions): Promise<Check> {
  const { client, access, kinds, signal } = options;
  const subject = 'storage API';
  const result = await client.get(
    { path: STORAGE_ROOT, read: async (body) => (await readJsonBody(body, MAX_BYTES)).value },
    signal,
  );
  if (result.status !== 'ok') {
    const finding = `${access.server} (${access.origin}): ${result.message}; is the Kubescape operator installed?`;
    return { subject, status: 'failed', finding };
  }
  const { data } = Discovery.safeParse(result.value);
  const served = new Set(data?.resources.map(({ name }) => name));
  const missing = kinds.filter((kind) => !served.has(kind));
  const where = `${access.server} (${access.origin})`;
  return missing.length === 0
    ? { subject, status: 'ok', finding: where }
    : { subject, status: 'warning', finding: `${where} does not serve ${missing.join(', ')}` };
}

interface RightsCheck extends Check {
  /** Unless the server says no. */
  readonly mayList: boolean;
}

/** Asks the server itself, which knows all that roles, groups and webhooks say. */
async function checkRights(kind: StorageKind, options: CheckClusterOptions): Promise<RightsCheck> {
  const subject = `rights: ${kind}`;
  const refused: string[] = [];
  const verbs = kind === 'vulnerabilitymanifests' ? ['get', 'list', 'watch'] : ['list', 'watch'];
  for (const verb of verbs) {
    const isAllowed = await mayI(verb, kind, options).catch(() => undefined);
    if (isAllowed === undefined) {
      return {
        subject,
        status: 'warning',
        finding: 'the server does not say; the lists below will',
        mayList: true,
      };
    }
    if (!isAllowed) refused.push(verb);
  }
  const mayList = !refused.includes('list');
  if (refused.length === 0) return { subject, status: 'ok', finding: verbs.join(', '), mayList };
  if (refused.join('') === 'watch') {
    const finding = `${verbs.filter((verb) => verb !== 'watch').join(', ')}; not watch, so an agent reads by its schedule only`;
    return { subject, status: 'ok', finding, mayList };
  }
  // Reading goes without configuration scans.
  const isOptional = kind === POSTURE_KIND && options.kinds.length > 1;
  const status = isOptional ? 'warning' : 'failed';
  const finding = `may not ${refused.join(', ')}; the ClusterRole needs the rule ${rbacRule([kind])}`;
  return { subject, status, finding, mayList };
}

async function mayI(
  verb: string,
  kind: StorageKind,
  { access, namespace, timeoutMs, signal }: CheckClusterOptions,
): Promise<boolean | undefined> {
  // A watch in a namespace never says anything, so there is none.
  const isOfNamespace = kind === 'vulnerabilitymanifests' && verb !== 'watch';
  const answer = await access.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    json: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          group: STORAGE_GROUP,
          resource: kind,
          verb,
          ...(isOfNamespace && { namespace }),
        },
      },
    },
    timeoutMs,
    signal,
  });
  const { value } = await readJsonBody(answer.body, MAX_BYTES);
  return Review.safeParse(value).data?.status.allowed;
}

/** One page of a list, read as a push would read it. */
async function* checkList(
  kind: StorageKind,
  { client, namespace, now, signal }: CheckClusterOptions,
  facts: ClusterFacts,
): AsyncGenerator<Check> {
  const isIndex = kind === 'vulnerabilitymanifests';
  const path = storagePath(kind, isIndex ? namespace : undefined);
  const query = isIndex ? METADATA_ONLY : FULL_SPEC;
  for await (const page of listPages(client, { path, query, limit: 100 }, signal)) {
    if (page.status !== 'ok') yield { subject: kind, status: 'failed', finding: page.message };
    else
      yield* judgePage(
        kind,
        page.value.map(({ value }) => value),
        { facts, nowMs: now() },
      );
    return;
  }
}

interface PageContext {
  readonly facts: ClusterFacts;
  readonly nowMs: number;
}

function* judgePage(
  kind: StorageKind,
  items: readonly unknown[],
  { facts, nowMs }: PageContext,
): Generator<Check> {
  if (items.length === 0) {
    yield { subject: kind, status: 'warning', finding: 'none yet; has a scan been done?' };
    return;
  }
  const amount = items.length < 100 ? `${items.length} objects` : '100 objects or more';
  yield { subject: kind, status: 'ok', finding: amount };
  if (kind !== 'vulnerabilitymanifestsummaries') return;
  const containers = items.flatMap((item) => containerOf(item));
  facts.clusterName ??= containers.find(({ cluster }) => cluster !== undefined)?.cluster;
  yield judgeAge(
    containers.flatMap(({ container }) => container.scannedAtSeconds ?? []),
    nowMs,
  );
}

function containerOf(item: unknown) {
  try {
    const result = readScanResult(item);
    return result.type === 'container' ? [result.summary] : [];
  } catch {
    return [];
  }
}

const DAY_SECONDS = 86_400;
/** Scans are daily by default; three missed ones are no accident. */
const OLD_DAYS = 3;

function judgeAge(scannedAt: readonly number[], nowMs: number): Check {
  const subject = 'scan age';
  if (scannedAt.length === 0) {
    return { subject, status: 'warning', finding: 'the results do not say when they were made' };
  }
  const newestDays = (nowMs / 1000 - Math.max(...scannedAt)) / DAY_SECONDS;
  const oldestDays = (nowMs / 1000 - Math.min(...scannedAt)) / DAY_SECONDS;
  const finding = `newest ${newestDays.toFixed(1)} days, oldest ${oldestDays.toFixed(1)} days`;
  return newestDays > OLD_DAYS
    ? { subject, status: 'warning', finding: `${finding}; does the scan schedule still run?` }
    : { subject, status: 'ok', finding };
}
