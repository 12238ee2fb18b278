/** Where a server's binary can come from. */
export interface ServerBinary {
  /** Environment variable that names the binary and wins over every other source. */
  readonly variable: string;
  /** Names under which distributions and upstream archives put it on PATH. */
  readonly commands: readonly string[];
  /** Debian package that ships it, and its file name in the package's /usr/bin. */
  readonly debian: { readonly package: string; readonly binary: string };
}

export const SERVERS = {
  prometheus: {
    variable: 'KUBESCAPE_PUSH_TEST_PROMETHEUS',
    commands: ['prometheus'],
    debian: { package: 'prometheus', binary: 'prometheus' },
  },
  promtool: {
    variable: 'KUBESCAPE_PUSH_TEST_PROMTOOL',
    commands: ['promtool'],
    debian: { package: 'promtool', binary: 'promtool' },
  },
  pushgateway: {
    variable: 'KUBESCAPE_PUSH_TEST_PUSHGATEWAY',
    commands: ['pushgateway', 'prometheus-pushgateway'],
    debian: { package: 'prometheus-pushgateway', binary: 'prometheus-pushgateway' },
  },
  'victoria-metrics': {
    variable: 'KUBESCAPE_PUSH_TEST_VICTORIA_METRICS',
    commands: ['victoria-metrics', 'victoria-metrics-prod'],
    debian: { package: 'victoria-metrics', binary: 'victoria-metrics' },
  },
  vmagent: {
    variable: 'KUBESCAPE_PUSH_TEST_VMAGENT',
    commands: ['vmagent', 'vmagent-prod'],
    debian: { package: 'victoria-metrics', binary: 'vmagent' },
  },
} as const satisfies Record<string, ServerBinary>;

export type ServerName = keyof typeof SERVERS;

export const SERVER_NAMES: readonly ServerName[] = [
  'prometheus',
  'promtool',
  'pushgateway',
  'victoria-metrics',
  'vmagent',
];
