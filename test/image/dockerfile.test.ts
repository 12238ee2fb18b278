import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  type Stage,
  wordsOf,
} from './dockerfile.ts';

const source = await readFile(join(repository, 'Dockerfile'), 'utf8');
const stages = readStages(source);
const runtime = stages.at(-1);

describe('the Dockerfile', () => {
  it('has nothing that a linter complains about', () => {
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

  it('builds on the machine that builds, and runs on an image that a digest can pin', () => {
    expect(stages.map(({ from }) => from)).toEqual([
      ['${RUNTIME_IMAGE}', 'AS', 'node-of-runtime'],
      ['${BUILD_IMAGE}', 'AS', 'build'],
      ['${RUNTIME_IMAGE}'],
    ]);
    expect(source).toMatch(/^ARG BUILD_IMAGE=node:24-/m);
    expect(source).toMatch(/^ARG RUNTIME_IMAGE=\S*distroless\/nodejs24-\S+:nonroot$/m);
    expect(source.match(/^FROM --platform=\$BUILDPLATFORM /gm)).toHaveLength(stages.length - 1);
    // A default would go before the processor that the builder names.
    expect(source).toMatch(/^ARG TARGETARCH$/m);
  });

  it('runs as nobody, without a shell, and opens no port', () => {
    expect(wordsIn(runtime, 'USER')).toEqual(['65532']);
    expect(execForm(find(runtime, 'ENTRYPOINT'))).toEqual([
      '/nodejs/bin/node',
      '/app/dist/cli.cjs',
    ]);
    expect(find(runtime, 'RUN')).toBeUndefined();
    expect(find(runtime, 'EXPOSE')).toBeUndefined();
    expect(find(runtime, 'VOLUME')).toBeUndefined();
  });

  it('labels the image with the version of package.json', () => {
    expect(source).toContain(`\nARG VERSION=${packageJson.version}\n`);
    expect(find(runtime, 'LABEL')?.getArgumentsContent()).toMatch(
      /image\.title=.*image\.description=.*image\.licenses="Apache-2\.0".*image\.version="\$\{VERSION\}"/s,
    );
  });
});

const isOptional = 'optionalDependencies' in packageJson;
const isRoot = process.getuid?.() === 0;
const who = isRoot ? 'user 65532' : 'whoever tests, because only root can become user 65532';

describe.each`
  architecture | cpu
  ${'amd64'}   | ${'x64'}
  ${'arm64'}   | ${'arm64'}
`(
  'what would be in an image for $architecture',
  ({ architecture, cpu }: Record<string, string>) => {
    let folder: string;
    let image: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'image-'));
      // Another user must get to it.
      await chmod(folder, 0o755);
      image = join(folder, 'runtime');
      await copyContext(join(folder, 'context'));
      const node = join(folder, 'node-of-runtime/nodejs/bin/node');
      await mkdir(dirname(node), { recursive: true });
      await cp(process.execPath, node);
      const last = stages.at(-1)?.name;
      for (const stage of stages) {
        await replay(stage, {
          root: (name) => join(folder, name === last ? 'runtime' : name),
          context: join(folder, 'context'),
          args: { TARGETARCH: architecture ?? '' },
        });
      }
      await cp(join(repository, 'examples/scan-results'), join(folder, 'results'), {
        recursive: true,
      });
      await mustRun('chmod', ['-R', 'a+rX,a-w', image, join(folder, 'results')]);
    });
    afterAll(async () => {
      await mustRun('chmod', ['-R', 'u+w', folder]);
      await rm(folder, { recursive: true });
    });

    it('is the bundle, its licence, and nothing to build with', async () => {
      expect((await readdir(join(image, 'app'))).toSorted()).toEqual([
        'LICENSE',
        'dist',
        'node_modules',
        'package.json',
      ]);
      expect((await readdir(join(image, 'app/dist'))).toSorted()).toEqual([
        'aws-sdk.cjs',
        'cli.cjs',
        `program-${process.version}-${process.arch}.bin`,
        'program.cjs',
      ]);
    });

    it('has native compression for its processor', async () => {
      const modules = join(image, 'app/node_modules');

      expect(await readdir(modules)).toEqual(isOptional ? ['@napi-rs', 'snappy'] : ['@napi-rs']);
      expect(await readdir(join(modules, '@napi-rs'))).toEqual(
        isOptional ? [`snappy-linux-${cpu}-gnu`] : [],
      );
    });

    it('has one that can be loaded where it is for the processor of this machine', async () => {
      const script = `process.stdout.write(require('snappy').compressSync('text').toString('hex'))`;

      const run = await startNode(['-e', script]);

      expect(run.stdout).toBe(cpu === process.arch && isOptional ? '040c74657874' : '');
    });

    it(`says its version, from a read-only tree, as ${who}`, async () => {
      const run = await start(['--version']);

      expect(run).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    });

    it(`renders the example results, from a read-only tree, as ${who}`, async () => {
      const run = await start(['render', '--from', join(folder, 'results')]);

      expect(run.exitCode).toBe(0);
      expect(run.stdout).toContain('kubescape_total_critical_vulnerabilities{cluster="demo-eu-1"}');
    });

    it(`cannot be written to by ${who}`, async () => {
      const script = `require('node:fs').writeFileSync(${JSON.stringify(join(image, 'app/dist/x'))}, '')`;

      const run = await startNode(['-e', script]);

      expect(run.stderr).toContain('EACCES');
    });

    /** The entry point, with its paths in the folder that stands for the image. */
    async function start(args: readonly string[]): Promise<ImageRun> {
      const [node, ...entry] = execForm(find(runtime, 'ENTRYPOINT')) ?? [];
      expect(node).toBe('/nodejs/bin/node');
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
  },
);

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
