import type { Container } from '../../../src/model/container.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { ImageScan } from '../../../src/model/image-scan.ts';
import { describeImage } from '../../../src/model/image.ts';
import {
  type ControlResult,
  countFailed,
  type PostureScan,
} from '../../../src/model/posture-scan.ts';

/** A finding with plausible defaults. */
export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    id: 'CVE-2026-0001',
    severity: 'High',
    packageName: 'openssl',
    packageVersion: '3.0.11',
    packageType: 'deb',
    packageUrl: 'pkg:deb/debian/openssl@3.0.11',
    fixedVersion: '',
    fixable: false,
    remoteCodeExecution: false,
    cvssScore: 0,
    ...overrides,
  };
}

export function container(overrides: Partial<Container> = {}): Container {
  return {
    namespace: 'shop',
    workloadKind: 'Deployment',
    workload: 'storefront',
    name: 'web',
    scanStatus: 'completed',
    ...overrides,
  };
}

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

export interface ScanParts {
  readonly reference?: string;
  readonly containers?: readonly Container[];
  readonly findings?: readonly Finding[];
  readonly databaseBuiltAtSeconds?: number;
}

export function imageScan({
  reference = 'docker.io/library/nginx:1.25.3',
  containers = [container()],
  findings = [],
  ...rest
}: ScanParts = {}): ImageScan {
  const id = `${reference.replace(/:[^:/]*$/, '')}@${digest}`;
  return { target: { image: describeImage(reference, id), containers }, findings, ...rest };
}

export function control(overrides: Partial<ControlResult> = {}): ControlResult {
  return { id: 'C-0016', name: '', severity: 'High', status: 'failed', ...overrides };
}

/** A resource whose counts follow from its controls, unless the test sets them. */
export function posture(overrides: Partial<PostureScan> = {}): PostureScan {
  const controls = overrides.controls ?? [];
  return {
    namespace: 'shop',
    workloadKind: 'Deployment',
    workload: 'storefront',
    failed: countFailed(controls),
    controls,
    ...overrides,
  };
}
