import type { ImagePlan } from '../cluster-plan.ts';
import type { ImageReference } from '../image-reference.ts';
import type { Random } from '../random.ts';
import { elementAt, randomFor } from '../random.ts';
import { DISTRO_RELEASES } from './distros.ts';
import type { LayerChoice, Layers } from './layers.ts';
import { chooseLayers } from './layers.ts';

const REGISTRIES = [
  'docker.io/library',
  'docker.io/acme',
  'ghcr.io/acme',
  'quay.io/acme',
  'registry.k8s.io',
  'registry.example.com:5000/shop',
  'registry.example.com:5000/platform/core',
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com/payments',
  'europe-docker.pkg.dev/acme-prod/apps',
] as const;

const PRODUCTS = [
  'storefront',
  'checkout',
  'ledger',
  'catalog',
  'search',
  'gateway',
  'worker',
  'scheduler',
  'notifier',
  'reports',
  'sessions',
  'inventory',
  'pricing',
  'imports',
  'exports',
  'mailer',
  'audit',
  'profiles',
  'recommender',
  'web',
  'proxy',
  'cache',
  'exporter',
  'sidecar',
] as const;

export interface ImageSource {
  readonly seed: number;
  readonly layers: Layers;
  readonly findingsPerImage: number;
  /** Relative variation of the number of findings. */
  readonly findingsSpread: number;
}

/** The nth image. The number makes its name unique. */
export function randomImage(source: ImageSource, index: number): ImagePlan {
  const random = randomFor(source.seed, 'image', index);
  const choice = chooseLayers(random, DISTRO_RELEASES);
  const deviation = (2 * random.next() - 1) * source.findingsSpread;
  const size = Math.round(source.findingsPerImage * (1 + deviation));
  return {
    reference: reference(random, choice, index),
    distro: choice.release.distro,
    findings: () => source.layers.findings(choice, size),
    manifest: 'present',
  };
}

/** Maximum number of findings of an image. */
export function largestImage(source: Omit<ImageSource, 'layers'>): number {
  return Math.round(source.findingsPerImage * (1 + source.findingsSpread));
}

function reference(random: Random, choice: LayerChoice, index: number): ImageReference {
  const product = elementAt(PRODUCTS, index % PRODUCTS.length);
  const round = Math.floor(index / PRODUCTS.length);
  const name = round === 0 ? product : `${product}-${round}`;
  const version = `${1 + random.below(9)}.${random.below(30)}.${random.below(20)}`;
  return {
    repository: `${random.pick(REGISTRIES)}/${name}`,
    tag: random.chance(0.5) ? version : `${version}${choice.release.tagSuffix}`,
    digest: `sha256:${random.hex(64)}`,
  };
}
