import { expect, it } from 'vitest';

import { renderText } from '../../../test/support/metrics/render-text.ts';
import { container, imageScan, posture } from '../../../test/support/scan-results/scans.ts';
import { scanRows } from './scans.ts';

it('reports scan state, scan time and database date, and leaves out unknown values', () => {
  const scans = [
    imageScan({
      containers: [
        container({ scannedAtSeconds: 1_700_000_000, scanStatus: 'ready' }),
        container({ namespace: 'jobs' }),
      ],
      databaseBuiltAtSeconds: 1_690_000_000,
    }),
    imageScan({ reference: 'quay.io/shop/cart:2.0', containers: [] }),
  ];
  const unscanned = [
    imageScan({
      reference: 'quay.io/shop/old:1',
      containers: [container({ workload: 'old', scanStatus: 'unsupported-schema' })],
    }).target,
  ];

  const text = renderText({
    rows: scanRows,
    scans,
    postures: [posture(), posture({ namespace: '' })],
    inventory: { unscanned, danglingReferences: 2 },
  });

  expect(text).toBe(expected);
});

it('emits nothing about images if only configuration scans were read', () => {
  const text = renderText({ rows: scanRows, postures: [posture()] });

  expect(text).toBe(`\
# HELP scanned_resources Number of resources whose configuration scan was read
# TYPE scanned_resources gauge
scanned_resources{cluster="c"} 1
`);
});

const expected = `\
# HELP image_scan_timestamp_seconds Unix time of the last scan that changed the results of the container
# TYPE image_scan_timestamp_seconds gauge
image_scan_timestamp_seconds{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1700000000
# HELP image_scan_status State of the last scan of the container. The value is always 1
# TYPE image_scan_status gauge
image_scan_status{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",status="ready",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
image_scan_status{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",status="completed",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
image_scan_status{cluster="c",image="shop/old",name="web",namespace="shop",registry="quay.io",status="unsupported-schema",tag="1",workload="old",workload_kind="Deployment"} 1
# HELP workload_image_info Image that the container runs. The value is always 1
# TYPE workload_image_info gauge
workload_image_info{cluster="c",image="library/nginx",image_id="docker.io/library/nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
workload_image_info{cluster="c",image="library/nginx",image_id="docker.io/library/nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
# HELP vulnerability_database_built_timestamp_seconds Unix time of the newest vulnerability database build in use
# TYPE vulnerability_database_built_timestamp_seconds gauge
vulnerability_database_built_timestamp_seconds{cluster="c"} 1690000000
# HELP scanned_images Number of images whose findings were read
# TYPE scanned_images gauge
scanned_images{cluster="c"} 2
# HELP scanned_containers Number of containers whose findings were read
# TYPE scanned_containers gauge
scanned_containers{cluster="c"} 2
# HELP scanned_resources Number of resources whose configuration scan was read
# TYPE scanned_resources gauge
scanned_resources{cluster="c"} 2
# HELP scan_references_dangling Number of containers whose summary references missing findings
# TYPE scan_references_dangling gauge
scan_references_dangling{cluster="c"} 2
`;
