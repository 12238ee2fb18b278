import { expect, it } from 'vitest';

import { renderText } from '../../../test/support/metrics/render-text.ts';
import { control, finding, imageScan, posture } from '../../../test/support/scan-results/scans.ts';
import type { FindingRow, MetricRow } from '../row.ts';
import { postureRows } from '../tables/posture.ts';
import { scanRows } from '../tables/scans.ts';
import { vulnerabilityRows } from '../tables/vulnerabilities.ts';

const rows: readonly MetricRow[] = [
  findings('per_container', [
    ...(['cluster', 'namespace', 'workload_kind', 'workload', 'name'] as const),
    ...(['registry', 'image', 'tag'] as const),
  ]),
  findings('per_image', ['cluster', 'registry', 'image', 'tag', 'image_id']),
  findings('per_tag', ['cluster', 'registry', 'image', 'tag']),
  findings('per_workload', ['cluster', 'namespace', 'workload_kind', 'workload']),
  findings('per_namespace', ['cluster', 'namespace']),
  findings('per_cluster', ['cluster']),
  ...scanRows,
  ...postureRows,
];
const scans = [imageScan({ findings: [finding()], databaseBuiltAtSeconds: 1 })];
const postures = [posture({ controls: [control()] })];

it('adds the shard label only to series that other shards could also send', () => {
  expect(samples(renderText({ rows, scans, postures, shard: '2' }))).toBe(expected);
});

it('leaves out the number of distinct IDs, because shards cannot add it up', () => {
  const unique = vulnerabilityRows.filter(({ name }) => name === 'total_unique_vulnerabilities');

  expect(renderText({ rows: unique, scans, shard: '2' })).toBe('');
  expect(renderText({ rows: unique, scans })).toContain('total_unique_vulnerabilities{');
});

it('adds no shard label without sharding', () => {
  const whole = samples(renderText({ rows, scans, postures }));

  expect(whole).toBe(expected.replaceAll(',shard="2"', ''));
});

function findings(name: string, labels: FindingRow['labels']): FindingRow {
  return { name, help: name, over: 'findings', labels, value: 'count' };
}

function samples(text: string): string {
  return text.replaceAll(/^#.*\n/gm, '');
}

const expected = `\
per_container{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
per_image{cluster="c",image="library/nginx",image_id="docker.io/library/nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",registry="docker.io",tag="1.25.3"} 1
per_tag{cluster="c",image="library/nginx",registry="docker.io",shard="2",tag="1.25.3"} 1
per_workload{cluster="c",namespace="shop",shard="2",workload="storefront",workload_kind="Deployment"} 1
per_namespace{cluster="c",namespace="shop",shard="2"} 1
per_cluster{cluster="c",shard="2"} 1
image_scan_status{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",status="completed",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
workload_image_info{cluster="c",image="library/nginx",image_id="docker.io/library/nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
vulnerability_database_built_timestamp_seconds{cluster="c",shard="2"} 1
scanned_images{cluster="c",shard="2"} 1
scanned_containers{cluster="c",shard="2"} 1
scanned_resources{cluster="c",shard="2"} 1
scan_references_dangling{cluster="c",shard="2"} 0
failed_controls{cluster="c",namespace="shop",severity="Critical",workload="storefront",workload_kind="Deployment"} 0
failed_controls{cluster="c",namespace="shop",severity="High",workload="storefront",workload_kind="Deployment"} 1
failed_controls{cluster="c",namespace="shop",severity="Medium",workload="storefront",workload_kind="Deployment"} 0
failed_controls{cluster="c",namespace="shop",severity="Low",workload="storefront",workload_kind="Deployment"} 0
failed_controls{cluster="c",namespace="shop",severity="Unknown",workload="storefront",workload_kind="Deployment"} 0
total_failed_controls{cluster="c",severity="Critical",shard="2"} 0
total_failed_controls{cluster="c",severity="High",shard="2"} 1
total_failed_controls{cluster="c",severity="Medium",shard="2"} 0
total_failed_controls{cluster="c",severity="Low",shard="2"} 0
total_failed_controls{cluster="c",severity="Unknown",shard="2"} 0
control_failed_resources{cluster="c",control_id="C-0016",severity="High",shard="2"} 1
total_control_results{cluster="c",shard="2",status="failed"} 1
total_control_results{cluster="c",shard="2",status="skipped"} 0
total_control_results{cluster="c",shard="2",status="excepted"} 0
total_control_results{cluster="c",shard="2",status="passed"} 0
`;
