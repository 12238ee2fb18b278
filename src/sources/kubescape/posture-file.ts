import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import * as z from 'zod';

import type { PostureReport } from '../../formats/workload-configuration-scan-summary.ts';
import type { ControlResult } from '../../model/posture-scan.ts';
import { readStateFile } from '../../state/read-state-file.ts';
import { replaceFile } from '../../state/replace-file.ts';
import { PostureStore } from '../posture-store.ts';

/** Increase with every change to the format or to the meaning of its content. */
const VERSION = 1;

/** Configuration scans as the last run read them. */
export interface StoredPostures {
  readonly summaries: PostureStore;
  readonly details: PostureStore;
}

/** A report with the places of its controls in a table, because thousands of reports share them. */
type PackedReport = Omit<PostureReport, 'scan'> & {
  readonly scan: Omit<PostureReport['scan'], 'controls'> & { readonly controls: readonly number[] };
};

interface StoredContent {
  readonly version: number;
  /** API server and namespace that the reports were read from. */
  readonly origin: string;
  readonly controls: readonly ControlResult[];
  readonly summaries: readonly PackedReport[];
  readonly details: readonly PackedReport[];
}

/** Checks only what other versions of the file have, because its hash shows that this program wrote it. */
const Content = z.custom<StoredContent>(
  (value) => typeof value === 'object' && value !== null && 'version' in value,
);

/** Returns `undefined` if the file is missing or unusable. Values of unreadable objects are then unknown. */
export async function loadPostures(
  path: string,
  origin: string,
): Promise<StoredPostures | undefined> {
  const text = await readStateFile(path).then(String, () => '');
  const hash = text.slice(0, text.indexOf('\n'));
  const json = text.slice(hash.length + 1);
  if (json === '' || hashOf(json) !== hash) return undefined;
  const content = Content.parse(JSON.parse(json));
  if (content.version !== VERSION || content.origin !== origin) return undefined;
  const { controls, summaries, details } = content;
  return { summaries: unpack(summaries, controls), details: unpack(details, controls) };
}

/** @throws {Error} The file cannot be written. The old file stays. */
export async function savePostures(
  path: string,
  origin: string,
  { summaries, details }: StoredPostures,
): Promise<void> {
  const places = new Map<ControlResult, number>();
  const packed = { summaries: pack(summaries, places), details: pack(details, places) };
  const content: StoredContent = {
    version: VERSION,
    origin,
    controls: [...places.keys()],
    ...packed,
  };
  const json = JSON.stringify(content);
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, Buffer.from(`${hashOf(json)}\n${json}`));
}

function pack(store: PostureStore, places: Map<ControlResult, number>): PackedReport[] {
  return Array.from(store.reports(), ({ scan, ...report }) => {
    const controls = scan.controls.map((control) => {
      const place = places.get(control) ?? places.size;
      places.set(control, place);
      return place;
    });
    return { ...report, scan: { ...scan, controls } };
  });
}

function unpack(reports: readonly PackedReport[], table: readonly ControlResult[]): PostureStore {
  const store = new PostureStore();
  for (const { scan, ...report } of reports) {
    const controls = scan.controls.flatMap((place) => table[place] ?? []);
    store.add({ ...report, scan: { ...scan, controls } });
  }
  return store;
}

function hashOf(json: string): string {
  return createHash('sha256').update(json).digest('hex');
}
