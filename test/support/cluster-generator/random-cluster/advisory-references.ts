import type { Random } from '../random.ts';

/** Links that records of the national database point to; a few have dozens. */
export function advisoryReferences(
  component: string,
  id: string,
  random: Random,
): readonly string[] {
  const project = component.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();
  const count = 2 + Math.floor(random.next() ** 2 * 19);
  return Array.from({ length: count }, () => reference(project, id, random));
}

function reference(project: string, id: string, random: Random): string {
  switch (random.below(6)) {
    case 0:
      return `https://github.com/${project}/${project}/commit/${random.hex(40)}`;
    case 1:
      return `https://github.com/${project}/${project}/issues/${100 + random.below(9000)}`;
    case 2:
      return `https://lists.example.org/archives/list/${project}-announce/message/${random.hex(32).toUpperCase()}/`;
    case 3:
      return `https://errata.example.com/RXSA-202${1 + random.below(6)}:${1000 + random.below(9000)}`;
    case 4:
      return `https://bugzilla.example.com/show_bug.cgi?id=${2_000_000 + random.below(400_000)}`;
    default:
      return `https://security.example.net/advisory/${project}/${id.toLowerCase()}`;
  }
}
