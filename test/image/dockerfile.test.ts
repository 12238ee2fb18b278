import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { Instruction } from 'dockerfile-ast';
import { validate, ValidationSeverity } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import packageJson from '../../package.json' with { type: 'json' };
import { mustRun } from '../../scripts/servers/run-command.ts';
import {
  copyContext,
  execForm,
  readStages,
  replay,
  repository,
  shellCommand,
  type Stage,
  wordsOf,
} from './dockerfile.ts';

const source = await readFile(join(repository, 'Dockerfile'), 'utf8');
const stages = readStages(source);
const [build, runtime] = stages;

describe('Dockerfile', () => {
  it('passes a linter', () => {
    const problems = validate(source, {
      deprecatedMaintainer: ValidationSeverity.ERROR,
      directiveCasing: ValidationSeverity.ERROR,
      emptyContinuationLine: ValidationSeverity.ERROR,
      instructionCasing: ValidationSeverity.ERROR,
      instructionCmdMultiple: ValidationSeverity.ERROR,
      instructionEntrypointMultiple: ValidationSeverity.ERROR,
      instructionHealthcheckMultiple: ValidationSeverity.ERROR,
      instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
      instructionWorkdirRelative: ValidationSeverity.ERROR,
    });

    expect(problems).toEqual([]);
  });

  it('builds on the build platform, from two images that a digest can pin', () => {
    expect(stages.map(({ from }) => from)).toEqual([
      ['${BUILD_IMAGE}', 'AS', 'build'],
      ['${RUNTIME_IMAGE}'],
    ]);
    expect(source).toMatch(/^ARG BUILD_IMAGE=node:24-/m);
    expect(source).toMatch(/^ARG RUNTIME_IMAGE=\S*distroless\/nodejs24-\S+:nonroot$/m);
    expect(source).toMatch(/^FROM --platform=\$BUILDPLATFORM \$\{BUILD_IMAGE\}/m);
    // A default value would override the builder's.
    expect(source).toMatch(/^ARG TARGETARCH$/m);
  });

  it('starts Node.js as a fixed user other than root, without a shell, and opens no port', () => {
    expect(wordsIn(runtime, 'USER')).toEqual(['65532']);
    expect(execForm(find(runtime, 'ENTRYPOINT'))).toEqual([
      '/nodejs/bin/node',
      '/app/dist/cli.cjs',
    ]);
    expect(find(runtime, 'RUN')).toBeUndefined();
    expect(find(runtime, 'EXPOSE')).toBeUndefined();
    expect(find(runtime, 'VOLUME')).toBeUndefined();
  });

  it('labels the image with the version in package.json', () => {
    expect(source).toContain(`\nARG VERSION=${packageJson.version}\n`);
    expect(find(runtime, 'LABEL')?.getArgumentsContent()).toMatch(
      /image\.title=.*image\.description=.*image\.licenses="Apache-2\.0".*image\.version="\$\{VERSION\}"/s,
    );
  });

  it.each`
    architecture | cpu
    ${'amd64'}   | ${'x64'}
    ${'arm64'}   | ${'arm64'}
  `('installs native snappy for $architecture', async ({ architecture, cpu }: PlatformRow) => {
    const install = build?.instructions.map(shellCommand).find((line) => line.includes('--cpu'));
    const dryRun = install?.replace('npm ci', 'npm ci --dry-run') ?? 'false';
    const empty = await mkdtemp(join(tmpdir(), 'install-'));
    for (const file of ['package.json', 'package-lock.json']) {
      await cp(join(repository, file), join(empty, file));
    }

    const args = [`TARGETARCH=${architecture}`, 'sh', '-ec', dryRun];
    const stdout = await mustRun('env', args, { cwd: empty, timeoutMs: 60_000 });

    await rm(empty, { recursive: true });
    expect(stdout.match(/(?<=^add )@napi-rs\S+/gm)).toEqual([`@napi-rs/snappy-linux-${cpu}-gnu`]);
  });
});

interface PlatformRow {
  readonly architecture: string;
  readonly cpu: string;
}

const isRoot = process.getuid?.() === 0;
const user = isRoot ? 'user 65532' : 'the current user (only root can switch to user 65532)';

describe(`the image, run read-only as ${user}`, () => {
  let folder: string;
  let image: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-'));
    // Gives the other user access.
    await chmod(folder, 0o755);
    image = join(folder, 'runtime');
    await copyContext(join(folder, 'context'));
    for (const stage of stages) {
      await replay(stage, {
        root: (name) => (name === runtime?.name ? image : join(folder, name)),
        context: join(folder, 'context'),
        environment: { TARGETARCH: process.arch === 'x64' ? 'amd64' : process.arch },
      });
    }
    await cp(join(repository, 'examples/scan-results'), join(folder, 'results'), {
      recursive: true,
    });
    await mustRun('chmod', ['-R', 'a+rX,a-w', image, join(folder, 'results')]);
  });

  afterAll(async () => {
    await mustRun('chmod', ['-R', 'u+w', image]);
    await rm(folder, { recursive: true });
  });

  it('contains only the bundle, its license and native snappy', async () => {
    const app = join(image, 'app');
    expect((await readdir(app)).toSorted()).toEqual([
      'LICENSE',
      'dist',
      'node_modules',
      'package.json',
    ]);
    expect((await readdir(join(app, 'dist'))).toSorted()).toEqual([
      'aws-sdk.cjs',
      'cli.cjs',
      'program.cjs',
    ]);
    expect(await readdir(join(app, 'node_modules'))).toEqual(['@napi-rs', 'snappy']);
  });

  it('loads native snappy', async () => {
    const run = await startNode(['-p', `require('snappy').compressSync('text').toString('hex')`]);

    expect(run).toEqual({ exitCode: 0, stdout: '040c74657874\n', stderr: '' });
  });

  it('prints the version', async () => {
    const run = await start(['--version']);

    expect(run).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it('renders the example scan results', async () => {
    const run = await start(['render', '--from', join(folder, 'results')]);

    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('kubescape_total_critical_vulnerabilities{cluster="demo-eu-1"}');
  });

  it('cannot be changed', async () => {
    const path = join(image, 'app/dist/x');

    const run = await startNode(['-e', `require('node:fs').writeFileSync('${path}', '')`]);

    expect(run.stderr).toContain('EACCES');
  });

  /** Runs the entry point, with its paths inside the folder that stands for the image. */
  async function start(args: readonly string[]): Promise<ImageRun> {
    const [, ...entry] = execForm(find(runtime, 'ENTRYPOINT')) ?? [];
    return startNode([...entry.map((path) => join(image, path)), ...args]);
  }

  async function startNode(args: readonly string[]): Promise<ImageRun> {
    const id = Number(wordsIn(runtime, 'USER')[0]);
    const child = spawn(process.execPath, args, {
      cwd: join(image, 'app'),
      env: { NODE_ENV: 'production' },
      timeout: 60_000,
      ...(isRoot && { uid: id, gid: id }),
    });
    child.stdin.end();
    const closed = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await closed;
    return { exitCode: child.exitCode, stdout, stderr };
  }
});

interface ImageRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function find(stage: Stage | undefined, keyword: string): Instruction | undefined {
  return stage?.instructions.find((instruction) => instruction.getKeyword() === keyword);
}

function wordsIn(stage: Stage | undefined, keyword: string): readonly string[] {
  const instruction = find(stage, keyword);
  return instruction === undefined ? [] : wordsOf(instruction);
}
