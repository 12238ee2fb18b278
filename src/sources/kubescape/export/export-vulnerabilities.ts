import { readScanResult } from '../../../formats/scan-result.ts';
import { joinScans } from '../../join.ts';
import { ListAcceptance, noHistory } from '../../list-history.ts';
import type { ReadObserver } from '../../scan-source.ts';
import { kindUp } from '../kind-state.ts';
import { ListPlausibility } from '../list-plausibility.ts';
import { readManifestIndex } from '../read-lists.ts';
import { namesIn } from '../read-scans.ts';
import { SummaryCollector, type SummaryList } from '../read-summaries.ts';
import { selectTargets } from '../select-targets.ts';
import { FULL_PAGE } from '../storage-api.ts';
import { toManifests } from '../to-manifests.ts';
import { passesFilter } from '../workload-filter.ts';
import type { ExportContext } from './export-context.ts';
import { exportList, type KindExport, toProblem } from './export-list.ts';
import { exportManifests } from './export-manifests.ts';

const SUMMARIES = 'vulnerabilitymanifestsummaries';

/** Reports are dropped here, because a push of the export reports the same problems. */
const silent: ReadObserver = {
  read: () => undefined,
  skipped: () => undefined,
  progress: () => undefined,
  warn: () => undefined,
};

/** Exports the summaries that pass the filter, and the manifests that a push would read with them. */
export async function exportVulnerabilities(context: ExportContext): Promise<KindExport[]> {
  const collector = new SummaryCollector(silent);
  const summaries = await exportList(context, {
    resource: SUMMARIES,
    objectKind: 'VulnerabilityManifestSummary',
    pageSize: FULL_PAGE,
    isOptional: false,
    accepts(item) {
      collector.addPage([item]);
      return isSelected(item, context);
    },
  });
  if (summaries.file === undefined) return [summaries];
  const down = collector.downIfUnusable();
  const manifests = await exportManifestsOf(collector.result(), context);
  return [summaries, ...(down === undefined ? [] : [toProblem(down, context)]), manifests];
}

async function exportManifestsOf(
  summaries: SummaryList,
  context: ExportContext,
): Promise<KindExport> {
  const { client, namespace, signal, filter, now = Date.now } = context;
  const index = await readManifestIndex({
    client,
    namespace,
    signal,
    observer: silent,
    isFirst: true,
    needsRelevance: false,
  });
  if (index.value === undefined) return toProblem(index.state, context);
  const { manifests } = index.value;
  const moment = { nowMs: now(), isScheduled: false };
  const plausibility = new ListPlausibility(new ListAcceptance(noHistory, moment));
  plausibility.add(kindUp(SUMMARIES), index.state);
  if (!plausibility.acceptTogether(summaries, manifests)) {
    return { problems: plausibility.kinds.flatMap(({ message }) => message || []) };
  }
  const images = toManifests(manifests, context);
  const join = joinScans({ ...images, ...summaries, contentOf: () => '' });
  const names = new Set(namesIn(selectTargets(join, { filter, shard: undefined })));
  // A push counts the manifests that no summary references, so they are exported too.
  for (const { name } of join.unreferenced) names.add(name);
  return exportManifests([...names], context);
}

/** Objects that cannot be parsed are exported, because a push reports them. */
function isSelected(item: unknown, { filter }: ExportContext): boolean {
  try {
    const result = readScanResult(item);
    const hasContainer = result.type === 'container' || result.type === 'unscanned';
    return !hasContainer || passesFilter(filter, result.summary.container);
  } catch {
    return true;
  }
}
