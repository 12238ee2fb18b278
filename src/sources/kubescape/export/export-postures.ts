import { readScanResult } from '../../../formats/scan-result.ts';
import { objectName } from '../list-item.ts';
import { DETAIL_PAGE, FULL_PAGE, POSTURE_DETAIL_KIND, POSTURE_KIND } from '../storage-api.ts';
import { passesFilter } from '../workload-filter.ts';
import type { ExportContext } from './export-context.ts';
import { exportList, type KindExport } from './export-list.ts';

/** Exports the configuration scans that pass the filter, and their details where they exist. */
export async function exportPostures(context: ExportContext): Promise<readonly KindExport[]> {
  const { kinds } = context;
  if (!kinds.includes(POSTURE_KIND)) return [];
  const names = new Set<string | undefined>();
  const summaries = await exportList(context, {
    resource: POSTURE_KIND,
    objectKind: 'WorkloadConfigurationScanSummary',
    pageSize: FULL_PAGE,
    isOptional: false,
    accepts(item) {
      const isAccepted = isSelected(item, context);
      if (isAccepted) names.add(objectName(item));
      return isAccepted;
    },
  });
  if (summaries.file === undefined || !kinds.includes(POSTURE_DETAIL_KIND)) return [summaries];
  const details = await exportList(context, {
    resource: POSTURE_DETAIL_KIND,
    objectKind: 'WorkloadConfigurationScan',
    pageSize: DETAIL_PAGE,
    isOptional: true,
    // A push from a cluster ignores details without a summary, because their resource is gone.
    accepts: (item) => names.has(objectName(item)),
  });
  return [summaries, details];
}

/** Objects that cannot be parsed are exported, because a push reports them. */
function isSelected(item: unknown, { filter }: ExportContext): boolean {
  try {
    const result = readScanResult(item);
    return result.type !== 'posture' || passesFilter(filter, result.report.scan);
  } catch {
    return true;
  }
}
