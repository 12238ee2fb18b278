import type { ScanInventory } from '../../model/image-scan.ts';
import { containerLabels } from '../label-catalogue.ts';
import type { MetricRow } from '../row.ts';

/** Coverage and age of scans. They reveal results that are missing or outdated. */
export const scanRows: readonly MetricRow[] = [
  {
    name: 'image_scan_timestamp_seconds',
    help: 'Unix time of the last scan that changed the results of the container',
    over: 'containers',
    labels: containerLabels,
    combine: 'max',
    value: ({ scannedAtSeconds }) => scannedAtSeconds,
  },
  {
    name: 'image_scan_status',
    help: 'State of the last scan of the container. The value is always 1',
    over: 'containers',
    labels: [...containerLabels, 'status'],
    combine: 'max',
    value: () => 1,
    unscanned: true,
  },
  {
    name: 'workload_image_info',
    help: 'Image that the container runs. The value is always 1',
    over: 'containers',
    labels: [...containerLabels, 'image_id'],
    combine: 'max',
    value: () => 1,
  },
  {
    name: 'vulnerability_database_built_timestamp_seconds',
    help: 'Unix time of the newest vulnerability database build in use',
    over: 'images',
    labels: ['cluster'],
    combine: 'max',
    value: ({ databaseBuiltAtSeconds }) => databaseBuiltAtSeconds,
  },
  {
    name: 'scanned_images',
    help: 'Number of images whose findings were read',
    over: 'images',
    labels: ['cluster'],
    combine: 'sum',
    value: () => 1,
  },
  {
    name: 'scanned_containers',
    help: 'Number of containers whose findings were read',
    over: 'containers',
    labels: ['cluster'],
    combine: 'sum',
    value: () => 1,
  },
  {
    name: 'scanned_resources',
    help: 'Number of resources whose configuration scan was read',
    over: 'postures',
    labels: ['cluster'],
    combine: 'sum',
    isIncidental: true,
    values: () => [{ value: 1 }],
  },
  {
    name: 'scan_references_dangling',
    help: 'Number of containers whose summary references missing findings',
    over: 'scan',
    labels: ['cluster'],
    value: danglingReferences,
  },
  {
    name: 'unreferenced_images',
    help: 'Number of VulnerabilityManifests that are left out because no summary references them',
    over: 'scan',
    labels: ['cluster'],
    needsAllReports: true,
    value: ({ unreferencedImages }) => unreferencedImages,
  },
];

/** Returns undefined, not 0, if the scan results contain nothing about images. */
function danglingReferences(inventory: ScanInventory): number | undefined {
  const { targets, unscanned, danglingReferences: dangling } = inventory;
  return targets.length + unscanned.length + dangling === 0 ? undefined : dangling;
}
