import type { Flavour } from './flavour.ts';

export interface Query {
  readonly expr: (flavour: Flavour) => string;
  /** Grafana's template of the legend: `{{severity}}`. */
  readonly legend?: string;
}

type PanelKind = 'stat' | 'timeseries' | 'bargauge' | 'table' | 'piechart';

/** A panel without its place and without what Grafana wants to have written around it. */
export interface Panel {
  readonly title: string;
  /** What is shown, for who reads it for the first time. */
  readonly description: string;
  readonly kind: PanelKind;
  readonly queries: readonly Query[];
  readonly unit?: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly color?: string;
  /** Colour from each value on, beside green below the first. */
  readonly thresholds?: readonly { readonly color: string; readonly value: number }[];
  readonly mappings?: Readonly<Record<string, string>>;
  /** Columns of a table that nobody needs, and what to call the one with the value. */
  readonly columns?: { readonly hide: readonly string[]; readonly value: string };
  /** Turns rows into a matrix: one row for each value of the first, one column for each of the second. */
  readonly matrix?: { readonly row: string; readonly column: string };
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** What the dashboard's variables choose. */
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

/** The families whose name holds the severity that is chosen. */
export function selectSeverities(matchers: string): string {
  return `{__name__=~"kubescape_\${severity:regex}_vulnerabilities",${matchers}}`;
}

/** Makes a label out of the severity in the name, so that severities can be compared. */
export function labelSeverity(expr: string, before = 'kubescape_'): string {
  return `label_replace(${expr}, "severity", "$1", "__name__", "${before}(.+)_vulnerabilities")`;
}
