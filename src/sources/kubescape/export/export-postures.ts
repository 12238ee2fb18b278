import { readScanResult } from '../../../formats/scan-result.ts';
import { POSTURE_KIND } from '../storage-api.ts';
import { passesFilter } from '../workload-filter.ts';
import type { ExportContext } from './export-context.ts';
import { exportList, type KindExport } from './export-list.ts';

/** Exports the configuration scans that pass the filter. */
export async function exportPostures(context: ExportContext): Promise<KindExport> {
  return exportList(context, {
    resource: POSTURE_KIND,
    objectKind: 'WorkloadConfigurationScanSummary',
    accepts: (item) => isSelected(item, context),
  });
}

/** A push reports objects that it cannot parse, so they are exported. */
function isSelected(item: unknown, { filter }: ExportContext): boolean {
  try {
    const result = readScanResult(item);
    return result.type !== 'posture' || passesFilter(filter, result.report.scan);
  } catch {
    return true;
  }
}
