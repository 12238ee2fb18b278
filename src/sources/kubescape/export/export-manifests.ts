import type { ApiResult, Body } from '../../../kubernetes/api-client.ts';
import { readJsonBody } from '../../../kubernetes/json-body.ts';
import { kindDown } from '../kind-state.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { METADATA_ONLY, storagePath } from '../storage-api.ts';
import type { ExportContext } from './export-context.ts';
import { type KindExport, writeListFile } from './export-list.ts';
import type { ListFile } from './list-file.ts';

const MANIFESTS = 'vulnerabilitymanifests';

/** Number of attempts per manifest, as in a push. */
const MAX_FAILURES = 4;

type Outcome =
  | { readonly status: 'ok'; readonly object: unknown }
  /** Deleted after it was listed, so nothing is missing. */
  | { readonly status: 'deleted' }
  | { readonly status: 'missing'; readonly message: string; readonly isFinal: boolean };

/** Exports the manifests with these names, one by one, as a push reads them. */
export async function exportManifests(
  names: readonly string[],
  context: ExportContext,
): Promise<KindExport> {
  const list = { resource: MANIFESTS, objectKind: 'VulnerabilityManifest' } as const;
  return writeListFile(context, list, async (file) => writeManifests(file, names, context));
}

async function writeManifests(
  file: ListFile,
  names: readonly string[],
  context: ExportContext,
): Promise<KindExport> {
  const { observer, concurrency } = context;
  const missing: string[] = [];
  let done = 0;
  const outcomes = mapConcurrently(names, concurrency, async (name) =>
    fetchManifest(name, context),
  );
  for await (const outcome of outcomes) {
    done++;
    if (outcome.status === 'ok') await file.add(outcome.object);
    if (outcome.status === 'missing') missing.push(outcome.message);
    observer.progress({ kind: MANIFESTS, done, total: names.length });
    if (outcome.status === 'missing' && outcome.isFinal) break;
  }
  const unread = names.length - done + missing.length;
  return { file: await file.close(), problems: describe(unread, missing) };
}

async function fetchManifest(name: string, context: ExportContext): Promise<Outcome> {
  const { client, namespace, maxDocumentBytes, signal } = context;
  const path = storagePath(MANIFESTS, namespace, name);
  const result = await client.get(
    {
      path,
      read: async (body) => (await readJsonBody(body, maxDocumentBytes)).value,
      maxFailures: MAX_FAILURES,
    },
    signal,
  );
  if (result.status === 'ok') return { status: 'ok', object: result.value };
  if (result.status === 'absent') return judgeAbsent(name, context);
  return toMissing(name, result, context);
}

/** The server answers 404 for a damaged file too, but still returns the metadata. */
async function judgeAbsent(name: string, context: ExportContext): Promise<Outcome> {
  const { client, namespace, signal } = context;
  const path = storagePath(MANIFESTS, namespace, name);
  const result = await client.get({ path, query: METADATA_ONLY, read: discard }, signal);
  if (result.status === 'absent') return { status: 'deleted' };
  if (result.status !== 'ok') return toMissing(name, result, context);
  const message = `${name}: the server has the object but cannot read its findings`;
  return { status: 'missing', message, isFinal: false };
}

type Failure = Exclude<ApiResult<unknown>, { status: 'ok' }>;

/** An error is final if further requests would fail in the same way. */
function toMissing(name: string, result: Failure, { client }: ExportContext): Outcome {
  if (result.status === 'forbidden') {
    return { status: 'missing', message: kindDown(MANIFESTS, result).message, isFinal: true };
  }
  const message = `${name}: ${result.message}`;
  return { status: 'missing', message, isFinal: client.hasGivenUp };
}

async function discard(body: Body): Promise<void> {
  for await (const _ of body);
}

function describe(unread: number, [first]: readonly string[]): string[] {
  if (first === undefined) return [];
  const objects = unread === 1 ? '1 manifest' : `${unread} manifests`;
  return [`${objects} could not be read; the first error: ${first}`];
}
