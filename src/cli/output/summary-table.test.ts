import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it } from 'vitest';

import type { Finding } from '../../model/finding.ts';
import type { ImageScan } from '../../model/image-scan.ts';
import type { Image } from '../../model/image.ts';
import { severities } from '../../model/severity.ts';
import { SummaryTable } from './summary-table.ts';

const nginx = createScan(
  { registry: 'docker.io', repository: 'library/nginx', tag: '1.25' },
  { runs: 3, counts: [1, 4, 8, 2, 5, 1], fixable: 6, rce: 1 },
);
const ledger = createScan(
  {
    registry: 'registry.example.com:5000',
    repository: 'payments/ledger-of-a-long-name',
    tag: '4.3.2',
  },
  { runs: 1, counts: [3, 0, 0, 1, 0, 0], fixable: 4, rce: 2 },
);
const untagged = createScan(
  {
    registry: 'quay.io',
    repository: 'a/b',
    id: `quay.io/a/b@sha256:${'0123456789abcdef'.repeat(4)}`,
  },
  { runs: 1, counts: [0, 0, 0, 0, 0, 0] },
);
const unnamed = createScan({}, { runs: 0, counts: [0, 0, 1, 0, 0, 0] });

const totals = `
Cluster prod: 68 findings in 5 containers of 4 images
  Critical          6 ██████████
  High             12 ████████████████████
  Medium           25 ████████████████████████████████████████
  Low               7 ████████████
  Negligible       15 ████████████████████████
  Unknown           3 █████
  fixable 22, remote code execution 5
`;

describe('SummaryTable', () => {
  it('lists images, worst first, and the same totals as the metrics, in 80 columns', () => {
    expect(render([nginx, ledger, untagged, unnamed])).toBe(
      `IMAGE                      RUNS  CRIT  HIGH   MED   LOW OTHER   FIX
…er-of-a-long-name:4.3.2      1     3     0     0     1     0     4 ███
library/nginx:1.25            3     1     4     8     2     6     6 ███████████
(unnamed image)               0     0     0     1     0     0     0 █
quay.io/a/b@0123456789ab      1     0     0     0     0     0     0
${totals}`,
    );
  });

  it('shows full names if there is room', () => {
    expect(render([nginx, ledger, untagged, unnamed], { columns: 120 })).toBe(
      `IMAGE                                                              RUNS  CRIT  HIGH   MED   LOW OTHER   FIX
registry.example.com:5000/payments/ledger-of-a-long-name:4.3.2        1     3     0     0     1     0     4 ███
docker.io/library/nginx:1.25                                          3     1     4     8     2     6     6 ███████████
(unnamed image)                                                       0     0     0     1     0     0     0 █
quay.io/a/b@0123456789ab                                              1     0     0     0     0     0     0
${totals}`,
    );
  });

  it('says that results are missing', () => {
    const table = new SummaryTable();
    table.inventory({ clusters: [], targets: [], unscanned: [], danglingReferences: 0 }, 'prod');
    table.noteIncomplete();

    expect(table.render({ columns: 80, colours: false })).toContain(
      '\n  incomplete: results are missing, see the log\n',
    );
  });

  it('lists what is not counted', () => {
    const table = new SummaryTable();
    const inventory = { clusters: [], targets: [], danglingReferences: 2 };

    table.inventory({ ...inventory, unscanned: [nginx.target] }, 'prod');

    expect(table.render({ columns: 80, colours: false }).split('\n').slice(-3)).toEqual([
      '  not counted: 1 container without a scan result',
      '  not counted: 2 containers whose findings are missing',
      '',
    ]);
  });

  it.each`
    what          | scans                                                  | line
    ${'nothing'}  | ${[]}                                                  | ${'Cluster prod: 0 findings in 0 containers of 0 images'}
    ${'singular'} | ${[createScan({}, { runs: 1, counts: [1] })]}          | ${'Cluster prod: 1 finding in 1 container of 1 image'}
    ${'several'}  | ${[createScan({}, { runs: 2, counts: [2] }), unnamed]} | ${'Cluster prod: 5 findings in 2 containers of 2 images'}
  `('uses singular or plural correctly for $what', ({ scans, line }: LineCase) => {
    expect(render(scans).split('\n')).toContain(line);
  });

  it('lists at most 50 images and counts all', () => {
    const scans = Array.from({ length: 60 }, (_, index) =>
      createScan({ repository: `image-${index}`, tag: '1' }, { runs: 1, counts: [index] }),
    );

    const lines = render(scans).split('\n');

    expect(lines.slice(1, 3).map((line) => line.split(' ')[0])).toEqual([
      'image-59:1',
      'image-58:1',
    ]);
    expect(lines.filter((line) => line.startsWith('image-'))).toHaveLength(50);
    expect(lines).toContain('… and 10 more images');
    expect(lines).toContain('Cluster prod: 1770 findings in 60 containers of 60 images');
  });

  it('uses colours only if the terminal supports them', () => {
    const [heading, row, ...rest] = render([ledger], { colours: true }).split('\n');

    expect(heading?.startsWith('\u{1b}[1mIMAGE')).toBe(true);
    expect(row).toContain('\u{1b}[35m     3\u{1b}[39m\u{1b}[2m     0\u{1b}[22m');
    expect(rest.join('\n')).toContain('\u{1b}[1mprod\u{1b}[22m');
    const painted = stripVTControlCharacters(render([ledger], { colours: true }));
    expect(painted).toBe(render([ledger]));
    expect(painted).not.toMatch(/ $/m);
  });

  it.each([60, 61, 66, 70, 71, 79, 80, 100, 120, 200])('keeps every line within %i', (columns) => {
    const cluster = 'a-cluster-of-a-long-name';
    const lines = render([nginx, ledger, untagged, unnamed], { columns, cluster }).split('\n');

    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it('uses singular and plural for the images that are not listed', () => {
    const scans = Array.from({ length: 51 }, () => unnamed);

    expect(render(scans).split('\n')).toContain('… and 1 more image');
  });

  it('does not depend on the order in which images were read', () => {
    const scans = ['x', 'y'].flatMap((registry) =>
      ['1', '2', ''].map((tag) =>
        createScan({ registry, repository: 'a', tag }, { runs: 1, counts: [1] }),
      ),
    );

    expect(render(scans.toReversed())).toBe(render(scans));
  });

  it('keeps the order of identical images', () => {
    const scans = [1, 2, 3].map((runs) => createScan({ repository: 'a' }, { runs, counts: [1] }));

    expect(render(scans).match(/ \d(?= +1 )/g)).toEqual([' 1', ' 2', ' 3']);
  });

  // An invalid image name is kept as it is, including control characters.
  it('prints no control characters', () => {
    const scan = createScan({ repository: 'A\u{1b}[2J\nB' }, { runs: 1, counts: [1] });

    expect(render([scan]).split('\n')[1]).toMatch(/^A\?\[2J\?B /);
    expect(render([scan], { cluster: 'a\u{9b}2J\u{202e}b' })).toContain('\nCluster a?2J?b: 1 ');
  });

  it('keeps a space between large numbers', () => {
    const large = Array.from({ length: 100_001 }, () => 'c');
    const scan = createScan({ repository: 'a' }, { runs: large.length, counts: [1], fixable: 1 });

    const [heading, line] = render([scan]).split('\n');

    expect(line).toMatch(/^a +100001 +1 +0 /);
    expect(heading?.indexOf('RUNS')).toBe((line?.indexOf('100001') ?? 0) + 2);
  });

  it.each`
    columns | line
    ${60}   | ${'…long-name:4.3.2      1     3     0     0     1     0     4'}
    ${68}   | ${'…er-of-a-long-name:4.3.2      1     3     0     0     1     0     4'}
    ${74}   | ${'…er-of-a-long-name:4.3.2      1     3     0     0     1     0     4 █'}
    ${92}   | ${'payments/ledger-of-a-long-name:4.3.2      1     3     0     0     1     0     4 ███'}
  `('shortens bars first, then names, in $columns columns', ({ columns, line }: WidthCase) => {
    expect(render([nginx, ledger], { columns }).split('\n')[1]).toBe(line);
  });

  it.each([1, 20, 40])('also renders for a terminal of %i columns, but wider', (columns) => {
    expect(render([nginx, ledger], { columns })).toContain('Critical');
  });

  it('prints a long cluster name on a separate line, and shortens it if necessary', () => {
    const name = 'arn:aws:eks:eu-central-1:123456789012:cluster/prod';
    const lines = render([nginx], { columns: 60, cluster: name.repeat(2) }).split('\n');

    const start = lines.findIndex((line) => line.startsWith('Cluster'));
    expect(lines.slice(start, start + 2)).toEqual([
      `Cluster …${name.repeat(2).slice(-50)}:`,
      '  63 findings in 3 containers of 1 image',
    ]);
  });
});

interface LineCase {
  readonly scans: readonly ImageScan[];
  readonly line: string;
}

interface WidthCase {
  readonly columns: number;
  readonly line: string;
}

interface ScanFacts {
  readonly runs: number;
  /** Number of findings by severity, worst first. */
  readonly counts: readonly number[];
  readonly fixable?: number;
  readonly rce?: number;
}

function createScan(
  image: Partial<Image>,
  { runs, counts, fixable = 0, rce = 0 }: ScanFacts,
): ImageScan {
  const container = { namespace: 'n', workloadKind: 'Pod', workload: 'w', scanStatus: 'ready' };
  const texts = { packageName: 'p', packageVersion: '1', packageType: '', packageUrl: '' };
  const found = severities.flatMap((severity, index) =>
    Array.from({ length: counts[index] ?? 0 }, () => severity),
  );
  const findings: Finding[] = found.map((severity, index) => ({
    id: 'CVE-1',
    severity,
    ...texts,
    fixedVersion: '',
    fixable: index < fixable,
    remoteCodeExecution: index < rce,
    cvssScore: 0,
  }));
  return {
    target: {
      image: { registry: '', repository: '', tag: '', id: '', ...image },
      containers: Array.from({ length: runs }, (_, index) => ({ ...container, name: `c${index}` })),
    },
    findings,
  };
}

function render(
  scans: readonly ImageScan[],
  { columns = 80, colours = false, cluster = 'prod' } = {},
): string {
  const table = new SummaryTable();
  const targets = scans.map(({ target }) => target);
  table.inventory({ clusters: [], targets, unscanned: [], danglingReferences: 0 }, cluster);
  for (const scan of scans) table.scan(scan);
  return table.render({ columns, colours });
}
