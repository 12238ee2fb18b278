import type { ScannerRun } from './cluster-plan.ts';
import type { ImageReference } from './image-reference.ts';
import { imageId, labelValue, pullName } from './image-reference.ts';
import type { ObjectMeta } from './object-types.ts';
import { randomFor } from './random.ts';

export const API_VERSION = 'spdx.softwarecomposition.kubescape.io/v1beta1';

interface Identity {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Completes an object's metadata. The checksum depends on the object's identity and the scan: equal
 * means unchanged.
 */
export function objectMeta(identity: Identity, scanner: ScannerRun): ObjectMeta {
  const { kind, namespace, name, labels, annotations } = identity;
  const random = randomFor(kind, namespace, name);
  const checksum = randomFor(kind, namespace, name, scanner.scannedAt).hex(64);
  return {
    name,
    namespace,
    uid: uuid(random.hex(32)),
    resourceVersion: '1',
    creationTimestamp: scanner.scannedAt,
    labels: sorted(labels),
    annotations: sorted({ ...annotations, 'kubescape.io/sync-checksum': checksum }),
  };
}

/** Labels of all objects about an image. Its full names are annotations. */
export function imageLabels(image: ImageReference): Record<string, string> {
  return {
    'kubescape.io/context': 'non-filtered',
    'kubescape.io/image-id': labelValue(imageId(image)),
    'kubescape.io/image-name': labelValue(image.repository),
    'kubescape.io/sbom-type': 'image',
  };
}

export function imageAnnotations(image: ImageReference, distro: string): Record<string, string> {
  return {
    'kubescape.io/cve-matching-mode': 'adaptive',
    'kubescape.io/image-id': imageId(image),
    'kubescape.io/image-tag': pullName(image),
    'kubescape.io/resolved-platform': 'linux/amd64',
    'kubescape.io/resource-size': String(200 + randomFor(image.digest).below(2000)),
    'kubescape.io/scan-id': uuid(randomFor('scan', image.digest).hex(32)),
    'kubescape.io/status': 'ready',
    'kubescape.io/tool-version': 'v1.38.0',
    ...(distro === '' ? {} : { 'kubescape.io/vendor-trusted-match': distro }),
  };
}

/** Go prints the keys of a map in order. */
function sorted(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function uuid(hex: string): string {
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join('-');
}
