import * as z from 'zod';

import { readScanResult } from '../../formats/scan-result.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ClusterAccess } from '../../kubernetes/cluster-access.ts';
import { readJsonBody } from '../../kubernetes/json-body.ts';
import { listPages } from '../../kubernetes/list-pages.ts';
import type { Check } from '../../model/check.ts';
import { readClusterName } from './cluster-config.ts';
import {
  FULL_SPEC,
  isPostureKind,
  METADATA_ONLY,
  POSTURE_DETAIL_KIND,
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
  /** Kinds that a push would read. */
  readonly kinds: readonly StorageKind[];
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Filled by `checkCluster` for the checks that follow. */
export interface ClusterFacts {
  /** The cluster's name, from Kubescape's configuration or else from the first page of summaries. */
  clusterName: string | undefined;
  /** Whether a list has objects. Absent until a list was read. */
  hasResults?: boolean;
  /** Whether a list failed. One storage serves all kinds, so others fail for the same reason. */
  isStorageDown?: boolean;
}

const MAX_BYTES = 64 * 2 ** 20;
const Discovery = z.object({ resources: z.array(z.object({ name: z.string() })) });
const Review = z.object({
  status: z.object({ allowed: z.boolean(), reason: z.string().optional() }),
});

/** Checks everything that a push needs to read the cluster, in the order in which it needs it. */
export async function* checkCluster(
  options: CheckClusterOptions,
  facts: ClusterFacts,
): AsyncGenerator<Check> {
  const discovery = await checkDiscovery(options);
  yield discovery;
  if (discovery.status === 'failed') return;
  const readable: StorageKind[] = [];
  for (const kind of options.kinds) {
    const { canList, ...check } = await checkPermissions(kind, options);
    yield check;
    if (canList) readable.push(kind);
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
    const advice =
      result.status === 'absent'
        ? 'is the Kubescape operator installed?'
        : adviceForStorage(options.namespace);
    const finding = `${access.server} (${access.origin}): ${result.message}; ${advice}`;
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

function adviceForStorage(namespace: string): string {
  return `is the pod "storage" in namespace "${namespace}" running?`;
}

interface PermissionCheck extends Check {
  /** False only if the server denies the permission. */
  readonly canList: boolean;
}

/** Asks the API server, because only it evaluates roles, groups and webhooks. */
async function checkPermissions(
  kind: StorageKind,
  options: CheckClusterOptions,
): Promise<PermissionCheck> {
  const subject = `permissions: ${kind}`;
  const denied: string[] = [];
  const verbs = kind === 'vulnerabilitymanifests' ? ['get', 'list', 'watch'] : ['list', 'watch'];
  for (const verb of verbs) {
    const isAllowed = await canI(verb, kind, options).catch(() => undefined);
    if (isAllowed === undefined) {
      const finding =
        'unknown, because the server does not answer access reviews; the checks below show whether reading works';
      return { subject, status: 'warning', finding, canList: true };
    }
    if (!isAllowed) denied.push(verb);
  }
  const canList = !denied.includes('list');
  const allowed = verbs.filter((verb) => !denied.includes(verb)).join(', ');
  if (denied.length === 0) return { subject, status: 'ok', finding: allowed, canList };
  if (denied.join('') === 'watch') {
    const finding = `${allowed}; without watch, an agent reads only on its schedule`;
    return { subject, status: 'ok', finding, canList };
  }
  const isOptional = kind === POSTURE_DETAIL_KIND || isOneOfSeveral(kind, options.kinds);
  const status = isOptional ? 'warning' : 'failed';
  const finding = `cannot ${denied.join(', ')}; the ClusterRole needs the rule ${rbacRule([kind])}`;
  return { subject, status, finding, canList };
}

/** Configuration scans are optional if vulnerabilities are read as well. */
function isOneOfSeveral(kind: StorageKind, kinds: readonly StorageKind[]): boolean {
  return isPostureKind(kind) && !kinds.every(isPostureKind);
}

/** Returns `undefined` if the answer contains no decision. */
async function canI(
  verb: string,
  kind: StorageKind,
  { access, namespace, timeoutMs, signal }: CheckClusterOptions,
): Promise<boolean | undefined> {
  // Watches are always cluster-wide: a watch of one namespace never sends an event.
  const isNamespaced = kind === 'vulnerabilitymanifests' && verb !== 'watch';
  const resource = { group: STORAGE_GROUP, resource: kind, verb };
  const answer = await access.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    json: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { ...resource, ...(isNamespaced && { namespace }) } },
    },
    timeoutMs,
    signal,
  });
  const { value } = await readJsonBody(answer.body, MAX_BYTES);
  return Review.safeParse(value).data?.status.allowed;
}

const CHECK_PAGE = 100;

/** Reads one page in the same way as a push. */
async function* checkList(
  kind: StorageKind,
  { client, namespace, now, signal }: CheckClusterOptions,
  facts: ClusterFacts,
): AsyncGenerator<Check> {
  const isIndex = kind === 'vulnerabilitymanifests';
  const path = storagePath(kind, isIndex ? namespace : undefined);
  const query = isIndex ? METADATA_ONLY : FULL_SPEC;
  for await (const page of listPages(client, { path, query, limit: CHECK_PAGE }, signal)) {
    if (page.status === 'ok') {
      facts.hasResults ||= page.value.items.length > 0;
      yield* checkPage(kind, page.value.items, { facts, nowMs: now() });
    } else if (page.status === 'failed') {
      const finding = `${page.message}; ${adviceForStorage(namespace)}`;
      if (!facts.isStorageDown) yield { subject: kind, status: 'failed', finding };
      facts.isStorageDown = true;
    } else {
      yield { subject: kind, status: 'failed', finding: page.message };
    }
    return;
  }
}

interface PageContext {
  readonly facts: ClusterFacts;
  readonly nowMs: number;
}

function* checkPage(
  kind: StorageKind,
  items: readonly unknown[],
  { facts, nowMs }: PageContext,
): Generator<Check> {
  if (items.length === 0) {
    yield describeEmpty(kind);
    return;
  }
  const isFull = items.length >= CHECK_PAGE;
  const amount = isFull ? `${CHECK_PAGE} objects or more` : `${items.length} objects`;
  yield { subject: kind, status: 'ok', finding: amount };
  if (kind !== 'vulnerabilitymanifestsummaries') return;
  const containers = items.flatMap((item) => containerOf(item));
  facts.clusterName ??= containers.find(({ cluster }) => cluster !== undefined)?.cluster;
  yield checkAge(
    containers.flatMap(({ container }) => container.scannedAtSeconds ?? []),
    nowMs,
  );
}

/** By default, Kubescape stores no details of configuration scans. */
function describeEmpty(kind: StorageKind): Check {
  if (kind !== POSTURE_DETAIL_KIND) {
    return { subject: kind, status: 'warning', finding: 'no objects; has a scan run?' };
  }
  const finding =
    'no objects, so the summaries are used; fixed controls may still count as failed until you enable continuous scanning in Kubescape';
  return { subject: kind, status: 'ok', finding };
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
/** By default, Kubescape scans daily. */
const OLD_DAYS = 3;

function checkAge(scannedAt: readonly number[], nowMs: number): Check {
  const subject = 'scan age';
  if (scannedAt.length === 0) {
    return { subject, status: 'warning', finding: 'the scan results have no timestamps' };
  }
  const newestDays = (nowMs / 1000 - Math.max(...scannedAt)) / DAY_SECONDS;
  const oldestDays = (nowMs / 1000 - Math.min(...scannedAt)) / DAY_SECONDS;
  const finding = `newest ${newestDays.toFixed(1)} days, oldest ${oldestDays.toFixed(1)} days`;
  return newestDays > OLD_DAYS
    ? { subject, status: 'warning', finding: `${finding}; does the scan schedule still run?` }
    : { subject, status: 'ok', finding };
}
