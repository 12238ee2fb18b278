import { describe, expect, it } from 'vitest';

import { options } from './options.ts';

describe('options', () => {
  it.each([
    'cluster --cluster KUBESCAPE_PUSH_CLUSTER text',
    'source.files.paths --from KUBESCAPE_PUSH_FROM list',
    'source.files.max_document_size --max-document-size KUBESCAPE_PUSH_MAX_DOCUMENT_SIZE text',
    'metrics.prefix --metrics-prefix KUBESCAPE_PUSH_METRICS_PREFIX text',
    'metrics.groups --metrics-groups KUBESCAPE_PUSH_METRICS_GROUPS list',
    'metrics.max_label_value_bytes --metrics-max-label-value-bytes KUBESCAPE_PUSH_METRICS_MAX_LABEL_VALUE_BYTES number',
    'remote_write --remote-write-url KUBESCAPE_PUSH_REMOTE_WRITE_URL endpoints',
    'pushgateway.url --pushgateway-url KUBESCAPE_PUSH_PUSHGATEWAY_URL text',
    'pushgateway.job --pushgateway-job KUBESCAPE_PUSH_PUSHGATEWAY_JOB text',
    'pushgateway.grouping --pushgateway-grouping KUBESCAPE_PUSH_PUSHGATEWAY_GROUPING pairs',
    'pushgateway.timeout --pushgateway-timeout KUBESCAPE_PUSH_PUSHGATEWAY_TIMEOUT text',
    'pushgateway.max_series --pushgateway-max-series KUBESCAPE_PUSH_PUSHGATEWAY_MAX_SERIES number',
    'retry_budget --retry-budget KUBESCAPE_PUSH_RETRY_BUDGET text',
    'log.level --log-level KUBESCAPE_PUSH_LOG_LEVEL text',
    'log.format --log-format KUBESCAPE_PUSH_LOG_FORMAT text',
  ])('have one that is %s', (forms) => {
    const table = options.map(({ path, flag, environment, kind }) =>
      [path.join('.'), flag, environment, kind].join(' '),
    );

    expect(table).toContain(forms);
  });

  it.each(['flag', 'environment'] as const)('share no %s', (form) => {
    expect(new Set(options.map((option) => option[form])).size).toBe(options.length);
  });

  it.each(options)('$flag has a description and a name for its value', (option) => {
    expect(option.flag).toMatch(/^--[a-z]+(?:-[a-z]+)*$/);
    expect(option.description).toMatch(/^[A-Z].*\.$/);
    expect(option.placeholder).toMatch(/^(?:<.+>)?$/);
  });
});
