import type { ContainerPlan, ImagePlan, Workload } from '../cluster-plan.ts';
import type { Finding } from '../finding.ts';
import { elementAt, hash32, randomFor } from '../random.ts';

const NAMESPACES = ['shop', 'payments', 'monitoring', 'ingress', 'kube-system', 'data'] as const;

const KINDS: ReadonlyMap<string, number> = new Map([
  ['Deployment', 70],
  ['StatefulSet', 12],
  ['DaemonSet', 8],
  ['CronJob', 6],
  ['Job', 2],
  ['Pod', 2],
]);

/** Share of a container's packages that it loads at run time. */
const USED_SHARE = 0.45;

export interface ContainerSource {
  readonly seed: number;
  readonly namespaces: number;
  /** Share of the containers with known relevance. */
  readonly relevancy: number;
}

/** The nth container, of this image. Every third workload has a second container. */
export function randomContainer(
  source: ContainerSource,
  image: ImagePlan,
  index: number,
): ContainerPlan {
  const owner = index % 4 === 3 ? index - 1 : index;
  const random = randomFor(source.seed, 'container', index);
  const observed = image.manifest === 'present' && random.chance(source.relevancy);
  return {
    workload: randomWorkload(source, owner),
    container: owner === index ? 'app' : 'helper',
    image,
    summary: 'present',
    ...(observed ? { isRelevant: usedAtRunTime(`${source.seed}/${index}`) } : {}),
  };
}

function randomWorkload({ seed, namespaces }: ContainerSource, index: number): Workload {
  const random = randomFor(seed, 'workload', index);
  return {
    namespace: namespaceName(random.below(namespaces)),
    kind: random.weighted(KINDS),
    name: `app-${index}`,
  };
}

function namespaceName(index: number): string {
  const name = elementAt(NAMESPACES, index % NAMESPACES.length);
  const round = Math.floor(index / NAMESPACES.length);
  return round === 0 ? name : `${name}-${round}`;
}

/** Relevance depends on the package: all of its findings are relevant, or none. */
function usedAtRunTime(scope: string): (finding: Finding) => boolean {
  return ({ match }) => hash32(`${scope}/${match.artifact.purl}`) / 2 ** 32 < USED_SHARE;
}
