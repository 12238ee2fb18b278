import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { monitoringFiles } from '../../scripts/monitoring/files.ts';
import { vulnerabilityRows } from '../../src/metrics/tables/vulnerabilities.ts';
import { flavours, queriesOf, readDashboard } from './read-dashboard.ts';

/** The first schema of Grafana 12. */
const SCHEMA_VERSION = 41;
const COLUMNS = 24;

describe.each(flavours)('the %s dashboard', (flavour) => {
  const dashboard = readDashboard(flavour);
  const { panels } = dashboard;
  const text = queriesOf(dashboard)
    .map(({ expr }) => expr)
    .join('\n');

  it('matches the output of its generator', () => {
    const path = `monitoring/dashboards/${flavour}.json`;

    expect(readFileSync(path, 'utf8')).toBe(monitoringFiles()[path]);
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(SCHEMA_VERSION);
  });

  it('queries every vulnerability metric', () => {
    const perSeverity = /^(?:total_)?(?:critical|high|medium|low|negligible|unknown)_/;
    const missing = vulnerabilityRows
      .map(({ name }) => name)
      .filter((name) => !text.includes(`kubescape_${name}`) && !perSeverity.test(name));

    expect(missing).toEqual([]);
    expect(text).toContain('"kubescape_${severity:regex}_vulnerabilities"');
    for (const severity of ['critical', 'high', 'medium', 'low', 'negligible', 'unknown']) {
      expect(text).toContain(`kubescape_total_${severity}_vulnerabilities{`);
    }
  });

  it('has panels with unique ids that do not overlap', () => {
    const overlapping = panels.flatMap((a, index) =>
      panels
        .slice(index + 1)
        .filter((b) => overlaps(a.gridPos, b.gridPos))
        .map((b) => `${a.title} / ${b.title}`),
    );

    expect(overlapping).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > COLUMNS)).toEqual([]);
  });

  it('describes every panel', () => {
    const undescribed = panels.filter(
      ({ type, description = '' }) => type !== 'row' && description === '',
    );

    expect(undescribed).toEqual([]);
  });

  it('defines every variable it uses, and uses every variable it defines', () => {
    const { list } = dashboard.templating;
    // `$1` in label_replace is a capture group, not a variable.
    const used = new Set(
      Array.from(
        readFileSync(`monitoring/dashboards/${flavour}.json`, 'utf8').matchAll(/\$\{?([a-z]+)/g),
        ([, name = '']) => name,
      ),
    );
    expect(used).toEqual(new Set(list.map(({ name }) => name)));
    expect(list.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['datasource', 'cluster', 'namespace', 'severity']),
    );
  });
});

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function overlaps(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
