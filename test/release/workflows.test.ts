import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.github/workflows');

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));

const Step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.string()).default({}),
});

const Job = z.object({
  uses: z.string().optional(),
  'runs-on': z.string().optional(),
  'timeout-minutes': z.number().optional(),
  permissions: Permissions.optional(),
  container: z.string().optional(),
  needs: z.array(z.string()).default([]),
  environment: z.string().optional(),
  steps: z.array(Step).default([]),
});

const Workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions,
  jobs: z.record(z.string(), Job),
});

const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  return { file, text, ...Workflow.parse(parse(text)) };
});
const jobs = workflows.flatMap(({ file, jobs: all }) =>
  Object.entries(all).map(([name, job]) => ({ file, name, job })),
);
const steps = jobs.flatMap(({ file, name, job }) =>
  job.steps.map((step) => ({ file, name, step })),
);

/** The scopes that each job may write. */
const writers: Readonly<Record<string, readonly string[]>> = {
  npm: ['id-token'],
  image: ['id-token', 'packages'],
  chart: ['id-token', 'packages'],
  notes: ['contents'],
};

describe.each(workflows)('workflow $file', ({ text, on, permissions }) => {
  it('grants its jobs no write access by default', () => {
    expect(Object.values(permissions).filter((right) => right === 'write')).toEqual([]);
  });

  it('pins each action by commit, with the version in a comment', () => {
    const uses = Array.from(text.matchAll(/^\s*-?\s*uses: (.*)$/gm), ([, used = '']) => used);

    const loose = uses.filter(
      (used) =>
        !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used) && !used.startsWith('./'),
    );
    expect(uses.length).toBeGreaterThan(0);
    expect(loose).toEqual([]);
  });

  it('never runs code from forks with our permissions', () => {
    expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(Object.keys(on)).not.toContain('workflow_run');
  });
});

describe('jobs', () => {
  it.each(jobs)('$file $name may write only what it needs', ({ name, job }) => {
    const rights = Object.entries(job.permissions ?? {}).filter(([, right]) => right === 'write');

    expect(rights.map(([scope]) => scope).toSorted()).toEqual(writers[name] ?? []);
  });

  it.each(jobs.filter(({ job }) => job.uses === undefined))(
    '$file $name has a time limit and a fixed system version',
    ({ job }) => {
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
      expect(job['runs-on']).toMatch(/^ubuntu-\d+\.\d+$/);
      expect(job.container ?? 'x:1-bookworm').toMatch(/:.*-bookworm$/);
    },
  );

  it.each(jobs)('$file $name needs only existing jobs', ({ file, job }) => {
    const names = new Set(jobs.filter((one) => one.file === file).map((one) => one.name));

    expect(job.needs.filter((needed) => !names.has(needed))).toEqual([]);
  });

  it('publish only after all tests, with the approval of the environment', () => {
    const publishing = jobs.filter(({ job }) => job.permissions?.['id-token'] === 'write');

    expect(publishing.length).toBe(3);
    for (const { job } of publishing) {
      expect(job.needs.some((needed) => needed === 'ci' || needed === 'image')).toBe(true);
      expect(job.environment).toBe('release');
    }
  });
});

describe('steps', () => {
  it.each(steps.filter(({ step }) => step.run !== undefined))(
    '$file $name contains no expression that could inject code: $step.run',
    ({ step }) => {
      expect(step.run).not.toContain('${{');
    },
  );

  it('pass secrets only to actions, and never print the environment', () => {
    const scripts = steps.map(({ step }) => step.run ?? '').join('\n');
    const withSecrets = steps.filter(({ step }) => JSON.stringify(step.env).includes('secrets.'));

    expect(withSecrets).toEqual([]);
    expect(scripts).not.toMatch(/\b(?:printenv|set -x|env \||secrets\.|echo .*TOKEN)/i);
  });

  it.each(steps.filter(({ step }) => step.uses?.startsWith('actions/checkout') === true))(
    '$file $name does not store credentials in the checkout',
    ({ step }) => {
      expect(step.with['persist-credentials']).toBe(false);
    },
  );

  it('of CI run only .ci/run, as contributors can', () => {
    const runs = steps
      .filter(({ file }) => file === 'ci.yaml')
      .flatMap(({ step }) => step.run ?? []);

    expect(runs).toEqual(['.ci/run']);
    expect(existsSync(join(root, '.ci/run'))).toBe(true);
  });
});

describe('a release', () => {
  const release = workflows.find(({ file }) => file === 'release.yaml')?.text ?? '';

  it.each`
    what                                   | words
    ${'an npm package with provenance'}    | ${'npm publish --provenance'}
    ${'an image for two architectures'}    | ${'platforms: linux/amd64,linux/arm64'}
    ${'a bill of materials of the image'}  | ${'sbom: true'}
    ${'the provenance of the image'}       | ${'provenance: mode=max'}
    ${'a signature of the image'}          | ${'cosign sign --yes --recursive "$IMAGE@$DIGEST"'}
    ${'a signature of the chart'}          | ${'cosign sign --yes "$CHARTS/kubescape-push@$DIGEST"'}
    ${'the chart at the documented place'} | ${'CHARTS: ghcr.io/${{ github.repository_owner }}/charts'}
  `('includes $what', ({ words }: Record<string, string>) => {
    expect(release).toContain(words);
  });
});

describe('dependencies', () => {
  it('of every kind are updated by Dependabot', () => {
    const Updates = z.object({
      version: z.literal(2),
      updates: z.array(z.object({ 'package-ecosystem': z.string(), directory: z.string() })),
    });
    const { updates } = Updates.parse(
      parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')),
    );

    expect(updates.map((one) => one['package-ecosystem'])).toEqual([
      'npm',
      'github-actions',
      'docker',
      'docker-compose',
    ]);
    expect(updates.filter(({ directory }) => !existsSync(join(root, directory)))).toEqual([]);
  });

  it.each(['bug.yml', 'feature.yml'])('%s is a valid issue form', (file) => {
    const Form = z.object({
      name: z.string(),
      description: z.string(),
      body: z
        .array(
          z.object({
            type: z.string(),
            id: z.string(),
            attributes: z.object({ label: z.string() }),
          }),
        )
        .min(1),
    });
    const path = join(root, '.github/ISSUE_TEMPLATE', file);

    expect(Form.safeParse(parse(readFileSync(path, 'utf8'))).error).toBeUndefined();
  });
});
