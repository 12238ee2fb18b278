import { expect, it } from 'vitest';

import { renderText } from '../../../test/support/metrics/render-text.ts';
import { container, finding, imageScan } from '../../../test/support/scan-results/scans.ts';
import { vulnerabilityRows } from './vulnerabilities.ts';

it('counts the findings of the cluster and of each container', () => {
  const scans = [
    imageScan({
      containers: [container(), container({ namespace: 'jobs', workloadKind: 'CronJob' })],
      findings: [
        finding({ id: 'CVE-1', severity: 'Critical', fixable: true, remoteCodeExecution: true }),
        finding({ id: 'CVE-1', severity: 'Critical', packageName: 'libssl3', fixable: true }),
        finding({ id: 'CVE-2', severity: 'Negligible' }),
      ],
    }),
    imageScan({ reference: 'registry.example.com:5000/shop/cart:2.0', containers: [] }),
  ];

  expect(renderText({ rows: vulnerabilityRows, scans })).toBe(expected);
});

const expected = `\
# HELP total_vulnerabilities Total number of vulnerabilities in cluster
# TYPE total_vulnerabilities gauge
total_vulnerabilities{cluster="c"} 6
# HELP total_rce_vulnerabilities Total number of vulnerabilities related to remote code execution (RCE) in cluster
# TYPE total_rce_vulnerabilities gauge
total_rce_vulnerabilities{cluster="c"} 2
# HELP total_fixable_vulnerabilities Total number of fixable vulnerabilities in cluster
# TYPE total_fixable_vulnerabilities gauge
total_fixable_vulnerabilities{cluster="c"} 4
# HELP total_critical_vulnerabilities Total number of critical vulnerabilities in cluster
# TYPE total_critical_vulnerabilities gauge
total_critical_vulnerabilities{cluster="c"} 4
# HELP total_high_vulnerabilities Total number of high vulnerabilities in cluster
# TYPE total_high_vulnerabilities gauge
total_high_vulnerabilities{cluster="c"} 0
# HELP total_medium_vulnerabilities Total number of medium vulnerabilities in cluster
# TYPE total_medium_vulnerabilities gauge
total_medium_vulnerabilities{cluster="c"} 0
# HELP total_low_vulnerabilities Total number of low vulnerabilities in cluster
# TYPE total_low_vulnerabilities gauge
total_low_vulnerabilities{cluster="c"} 0
# HELP total_negligible_vulnerabilities Total number of negligible vulnerabilities in cluster
# TYPE total_negligible_vulnerabilities gauge
total_negligible_vulnerabilities{cluster="c"} 2
# HELP total_unknown_vulnerabilities Total number of unknown vulnerabilities in cluster
# TYPE total_unknown_vulnerabilities gauge
total_unknown_vulnerabilities{cluster="c"} 0
# HELP total_image_vulnerabilities Total number of vulnerabilities in image
# TYPE total_image_vulnerabilities gauge
total_image_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 3
total_image_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 3
total_image_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP rce_vulnerabilities Number of vulnerabilities related to remote code execution (RCE) in image
# TYPE rce_vulnerabilities gauge
rce_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
rce_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 1
rce_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP fixable_vulnerabilities Number of fixable vulnerabilities in image
# TYPE fixable_vulnerabilities gauge
fixable_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 2
fixable_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 2
fixable_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP critical_vulnerabilities Number of critical vulnerabilities in image
# TYPE critical_vulnerabilities gauge
critical_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 2
critical_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 2
critical_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP high_vulnerabilities Number of high vulnerabilities in image
# TYPE high_vulnerabilities gauge
high_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 0
high_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 0
high_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP medium_vulnerabilities Number of medium vulnerabilities in image
# TYPE medium_vulnerabilities gauge
medium_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 0
medium_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 0
medium_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP low_vulnerabilities Number of low vulnerabilities in image
# TYPE low_vulnerabilities gauge
low_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 0
low_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 0
low_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP negligible_vulnerabilities Number of negligible vulnerabilities in image
# TYPE negligible_vulnerabilities gauge
negligible_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 1
negligible_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 1
negligible_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP unknown_vulnerabilities Number of unknown vulnerabilities in image
# TYPE unknown_vulnerabilities gauge
unknown_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="shop",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="Deployment"} 0
unknown_vulnerabilities{cluster="c",image="library/nginx",name="web",namespace="jobs",registry="docker.io",tag="1.25.3",workload="storefront",workload_kind="CronJob"} 0
unknown_vulnerabilities{cluster="c",image="shop/cart",registry="registry.example.com:5000",tag="2.0"} 0
# HELP total_unique_vulnerabilities Number of distinct vulnerability ids in cluster. Absent with sharding
# TYPE total_unique_vulnerabilities gauge
total_unique_vulnerabilities{cluster="c",severity="Critical"} 1
total_unique_vulnerabilities{cluster="c",severity="High"} 0
total_unique_vulnerabilities{cluster="c",severity="Medium"} 0
total_unique_vulnerabilities{cluster="c",severity="Low"} 0
total_unique_vulnerabilities{cluster="c",severity="Negligible"} 1
total_unique_vulnerabilities{cluster="c",severity="Unknown"} 0
`;
