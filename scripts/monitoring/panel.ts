import type { Flavour } from './flavour.ts';

export interface Query {
  readonly expr: (flavour: Flavour) => string;
  /** Grafana legend template, such as `{{severity}}`. */
  readonly legend?: string;
}

type PanelKind = 'stat' | 'timeseries' | 'bargauge' | 'table' | 'piechart';

/** A panel without its position and Grafana's boilerplate. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly kind: PanelKind;
  readonly queries: readonly Query[];
  readonly unit?: string;
  /** Width in columns. A dashboard has 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly color?: string;
  /** Color from each value upwards. Values below the first one are green, or red with `mappings`. */
  readonly thresholds?: readonly { readonly color: string; readonly value: number }[];
  readonly mappings?: Readonly<Record<string, string>>;
  /** Hidden table columns, and the title of the value column. */
  readonly columns?: { readonly hide: readonly string[]; readonly value: string };
  /** Pivots a table by two labels: one row per value of `row`, one column per value of `column`. */
  readonly matrix?: { readonly row: string; readonly column: string };
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Matchers for the dashboard's variables. */
export const ofCluster = 'cluster=~"$cluster"';
export const ofNamespace = `${ofCluster},namespace=~"$namespace"`;

export const severityColors: Readonly<Record<string, string>> = {
  critical: 'dark-red',
  high: 'red',
  medium: 'orange',
  low: 'yellow',
  negligible: 'light-blue',
  unknown: 'text',
};

/** Selects metrics of the chosen severities. The severity is part of the metric name. */
export function selectSeverities(matchers: string): string {
  return `{__name__=~"kubescape_\${severity:regex}_vulnerabilities",${matchers}}`;
}

/** Copies the severity from the metric name into a label. */
export function labelSeverity(expr: string, before = 'kubescape_'): string {
  return `label_replace(${expr}, "severity", "$1", "__name__", "${before}(.+)_vulnerabilities")`;
}
