import type { Flavour } from './flavour.ts';
import { type Panel, type Row, severityColors } from './panel.ts';
import { agentHealth } from './panels/agent-health.ts';
import { development, overview } from './panels/findings.ts';
import { images } from './panels/images.ts';
import { posture } from './panels/posture.ts';
import { scans } from './panels/scans.ts';
import { select, selectOwn } from './selector.ts';

const rows: readonly Row[] = [overview, development, images, scans, posture, agentHealth];

/** The version of Grafana 12.0. Later versions upgrade older dashboards themselves. */
const SCHEMA_VERSION = 41;
const COLUMNS = 24;
const REF_IDS = 'ABCDEFGH';
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** A dashboard in the JSON model that Grafana imports and provisions. */
export function dashboard(flavour: Flavour): Record<string, unknown> {
  return {
    uid: `kubescape-push-${flavour.id}`,
    title: `Kubescape scan results (${flavour.title})`,
    description:
      'Vulnerabilities and failed controls, pushed by kubescape-push. This file is generated from scripts/monitoring in its repository.',
    tags: ['kubernetes', 'kubescape', 'security'],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: flavour.id === 'agent' ? '1m' : '5m',
    time: { from: flavour.id === 'agent' ? 'now-24h' : 'now-14d', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    links: [],
    templating: { list: variables(flavour) },
    panels: placeRows(flavour),
  };
}

function variables({ id }: Flavour): unknown[] {
  const all = { text: ['All'], value: ['$__all'] };
  const several = { multi: true, includeAll: true, current: all, refresh: 2, sort: 1 };
  const severities = Object.keys(severityColors);
  return [
    { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
    {
      ...labelValues('cluster', selectOwn('build_info')),
      ...several,
      label: 'Cluster',
      allValue: '.+',
    },
    {
      ...labelValues('namespace', select('total_image_vulnerabilities', 'cluster=~"$cluster"')),
      ...several,
      label: 'Namespace',
      // Images without a known workload, and cluster-scoped resources, have no namespace.
      allValue: '.*',
    },
    {
      name: 'severity',
      label: 'Severity',
      type: 'custom',
      query: severities.join(','),
      multi: true,
      includeAll: true,
      allValue: `(${severities.join('|')})`,
      current: all,
    },
    ...(id === 'cronjob' ? [windowVariable] : []),
  ];
}

const windowVariable = {
  name: 'window',
  label: 'Twice the interval of the CronJob',
  type: 'custom',
  query: '2h,12h,1d,2d,14d',
  current: { text: '2d', value: '2d' },
};

function labelValues(name: string, selector: string): Record<string, unknown> {
  const query = `label_values(${selector}, ${name})`;
  return {
    name,
    type: 'query',
    datasource: DATASOURCE,
    definition: query,
    query: { qryType: 1, query, refId: 'variable' },
  };
}

/** Lays panels side by side until the columns are full. */
function placeRows(flavour: Flavour): unknown[] {
  const placed: unknown[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({
      id: placed.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      if (x + panel.width > COLUMNS) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      const gridPos = { x, y, w: panel.width, h: panel.height };
      placed.push({ id: placed.length + 1, gridPos, ...toGrafana(panel, flavour) });
      x += panel.width;
      lineHeight = Math.max(lineHeight, panel.height);
    }
    y += lineHeight;
  }
  return placed;
}

function toGrafana(panel: Panel, flavour: Flavour): Record<string, unknown> {
  const { title, description, kind } = panel;
  const isGraph = kind === 'timeseries';
  return {
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    // Each point contains the push of its step; shorter steps add nothing but points.
    ...(isGraph && flavour.id === 'cronjob' && { interval: '5m' }),
    targets: panel.queries.map(({ expr, legend = '__auto' }, index) => ({
      refId: REF_IDS.charAt(index),
      datasource: DATASOURCE,
      expr: expr(flavour),
      legendFormat: legend,
      ...(isGraph ? { range: true } : { instant: true, range: false }),
      ...(kind === 'table' && { format: 'table' }),
    })),
    fieldConfig: { defaults: fieldDefaults(panel, flavour), overrides: colorOverrides(panel) },
    options: optionsOf[kind],
    ...transformationsOf(panel),
  };
}

function fieldDefaults(panel: Panel, { id }: Flavour): Record<string, unknown> {
  const { unit = 'short', color, thresholds = [], mappings, kind } = panel;
  const fixed = color !== undefined && { color: { mode: 'fixed', fixedColor: color } };
  const steps = [{ color: mappings === undefined ? 'green' : 'red', value: null }, ...thresholds];
  const isGraph = kind === 'timeseries';
  return {
    unit,
    ...(isGraph ? {} : { decimals: 0 }),
    ...fixed,
    ...(thresholds.length > 0 && { color: { mode: 'thresholds' } }),
    thresholds: { mode: 'absolute', steps },
    ...(mappings !== undefined && { mappings: [valueMapping(mappings)] }),
    // Between two runs of a CronJob, the last value is drawn on.
    ...(isGraph && {
      custom: {
        fillOpacity: 10,
        ...(id === 'cronjob' && { spanNulls: true, lineInterpolation: 'stepAfter' }),
      },
    }),
  };
}

function valueMapping(texts: Readonly<Record<string, string>>): Record<string, unknown> {
  const entries = Object.entries(texts).map(([value, text]) => [value, { text }]);
  return { type: 'value', options: Object.fromEntries(entries) };
}

/** A severity has the same colour everywhere, in lower or title case. */
function colorOverrides({ queries, matrix }: Panel): unknown[] {
  const isBySeverity = queries.some(({ legend = '' }) => legend.includes('severity'));
  if (!isBySeverity && matrix?.column !== 'severity') return [];
  return Object.entries(severityColors).map(([severity, color]) => ({
    matcher: { id: 'byRegexp', options: `/^${severity}$/i` },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }],
  }));
}

const last = { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } };

const optionsOf: Readonly<Record<Panel['kind'], unknown>> = {
  stat: { ...last, colorMode: 'value', graphMode: 'none', textMode: 'auto' },
  bargauge: { ...last, orientation: 'horizontal', displayMode: 'basic' },
  piechart: { ...last, pieType: 'donut', legend: { showLegend: true, placement: 'right' } },
  table: { showHeader: true },
  timeseries: { legend: { showLegend: true, placement: 'bottom' }, tooltip: { mode: 'multi' } },
};

function transformationsOf({ columns, matrix }: Panel): Record<string, unknown> {
  if (matrix !== undefined) {
    const options = { rowField: matrix.row, columnField: matrix.column, valueField: 'Value' };
    return { transformations: [{ id: 'groupingToMatrix', options }] };
  }
  if (columns === undefined) return {};
  const excludeByName = Object.fromEntries(columns.hide.map((name) => [name, true]));
  const options = { excludeByName, renameByName: { Value: columns.value } };
  return { transformations: [{ id: 'organize', options }] };
}
