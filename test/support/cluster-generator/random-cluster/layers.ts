import type { Finding } from '../finding.ts';
import type { Random } from '../random.ts';
import { elementAt } from '../random.ts';
import type { AdvisoryCatalogue } from './advisory-catalogue.ts';
import { DISTRO_COMPONENTS } from './distro-components.ts';
import type { DistroRelease } from './distros.ts';
import type { Stack } from './language-components.ts';
import { STACKS } from './language-components.ts';
import type { LayerOptions } from './layer.ts';
import { layerFindings } from './layer.ts';

/** Share of an image's findings that come from its base. The rest comes from its own software. */
const BASE_SHARE = 0.65;

/** Number of releases per stack. Images on the same release have the same modules and versions. */
const STACK_VARIANTS = 3;

/** All findings. Images select from them, like real images that share layers. */
export interface Layers {
  /** Returns `size` findings of an image on this base and stack. The objects are shared. */
  findings(choice: LayerChoice, size: number): readonly Finding[];
}

export interface LayerChoice {
  readonly release: DistroRelease;
  readonly stack: Stack;
  readonly variant: number;
  /** Position of the image's first finding within the stack's, in [0, 1). */
  readonly offset: number;
}

export function chooseLayers(random: Random, releases: readonly DistroRelease[]): LayerChoice {
  // The product of two random numbers favours the front of the list, where common bases are.
  const favoured = Math.floor(random.next() * random.next() * releases.length);
  const stacks: readonly Stack[] = ['go-module', 'npm', 'java-archive', 'python', 'binary'];
  return {
    release: elementAt(releases, favoured),
    stack: random.pick(stacks),
    variant: random.below(STACK_VARIANTS),
    offset: random.next(),
  };
}

/** Generates each layer once, on first use, for images of up to `largest` findings. */
export function openLayers(seed: number, catalogue: AdvisoryCatalogue, largest: number): Layers {
  const layers = new Map<string, readonly Finding[]>();
  const appSize = 2 * (largest - baseSize(largest));

  function once(options: Omit<LayerOptions, 'catalogue'>, size: number): readonly Finding[] {
    const layer = layers.get(options.scope) ?? layerFindings({ ...options, catalogue }, size);
    layers.set(options.scope, layer);
    return layer;
  }

  function base({ distro, type }: DistroRelease): readonly Finding[] {
    const scope = `${seed}/${distro.name}-${distro.version}`;
    return once({ components: DISTRO_COMPONENTS, type, distro, scope }, baseSize(largest));
  }

  function application({ release, stack, variant }: LayerChoice): readonly Finding[] {
    const scope = `${seed}/${stack}-${variant}`;
    const { distro } = release;
    return once({ components: STACKS[stack], type: stack, distro, scope }, appSize);
  }

  return {
    findings(choice, size) {
      const own = baseSize(size);
      return [
        ...base(choice.release).slice(0, own),
        ...wrappedSlice(application(choice), choice.offset, size - own),
      ];
    },
  };
}

function baseSize(size: number): number {
  return Math.floor(size * BASE_SHARE);
}

function wrappedSlice<T>(items: readonly T[], offset: number, size: number): readonly T[] {
  const start = Math.floor(offset * items.length);
  const end = start + size;
  return [...items.slice(start, end), ...items.slice(0, Math.max(0, end - items.length))];
}
