import { cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { Copy, DockerfileParser, type Instruction, JSONInstruction } from 'dockerfile-ast';

import { mustRun } from '../../scripts/servers/run-command.ts';

export const repository = resolve(import.meta.dirname, '../..');

export interface Stage {
  readonly name: string;
  readonly from: readonly string[];
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, in order. */
export function readStages(text: string): readonly Stage[] {
  const stages: { name: string; from: readonly string[]; instructions: Instruction[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const words = wordsOf(instruction);
    if (instruction.getKeyword() === 'FROM') {
      const alias = words.findIndex((word) => word.toUpperCase() === 'AS');
      const name = alias === -1 ? String(stages.length) : (words[alias + 1] ?? '');
      stages.push({ name, from: words, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

export function wordsOf(instruction: Instruction): readonly string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

/** Arguments of an instruction in exec form, which needs no shell. `undefined` for shell form. */
export function execForm(instruction: Instruction | undefined): readonly string[] | undefined {
  if (!(instruction instanceof JSONInstruction) || instruction.getOpeningBracket() === null) {
    return undefined;
  }
  return instruction.getJSONStrings().map((text) => text.getJSONValue());
}

/** Copies the build context: the repository's files that .dockerignore allows. */
export async function copyContext(target: string): Promise<void> {
  const lines = (await readFile(join(repository, '.dockerignore'), 'utf8')).split('\n');
  const [all, ...others] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const allowed = others.filter((pattern) => pattern.startsWith('!')).map((one) => one.slice(1));
  const ignored = others.filter((pattern) => !pattern.startsWith('!'));
  if (all !== '*' || ignored.join(' ') !== '**/*.test.ts') {
    throw new Error('this test does not support the patterns in .dockerignore');
  }
  for (const path of allowed) {
    await cp(join(repository, path), join(target, path), {
      recursive: true,
      filter: (source) => !source.endsWith('.test.ts'),
    });
  }
}

interface ReplayOptions {
  /** Folder for the root of a stage's file system. */
  readonly root: (stage: string) => string;
  readonly context: string;
  /** Environment of RUN, which includes build arguments. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Executes each COPY and RUN of a stage in a folder instead of a container. */
export async function replay(stage: Stage, options: ReplayOptions): Promise<void> {
  const root = options.root(stage.name);
  let folder = root;
  for (const instruction of stage.instructions) {
    const keyword = instruction.getKeyword();
    if (keyword === 'WORKDIR') {
      folder = join(root, wordsOf(instruction)[0] ?? '');
      await mkdir(folder, { recursive: true });
    } else if (keyword === 'COPY') await copy(instruction, { ...options, folder });
    else if (keyword === 'RUN') await run(shellCommand(instruction), folder, options.environment);
  }
}

export function shellCommand(instruction: Instruction): string {
  return (instruction.getArgumentsContent() ?? '').replaceAll(/\\\n/g, '');
}

async function run(
  command: string,
  folder: string,
  environment: ReplayOptions['environment'],
): Promise<void> {
  // All packages, development included: the repository has installed them from the same lock file.
  if (/^npm ci(?!.* --omit)/.test(command)) {
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    return;
  }
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  await mustRun('env', [...variables, 'sh', '-ec', command], { cwd: folder, timeoutMs: 240_000 });
}

async function copy(
  instruction: Instruction,
  { root, context, folder }: Pick<ReplayOptions, 'root' | 'context'> & { readonly folder: string },
): Promise<void> {
  const flags = instruction instanceof Copy ? instruction.getFlags() : [];
  const from = flags.find((flag) => flag.getName() === 'from')?.getValue() ?? undefined;
  const words = wordsOf(instruction);
  const target = words.at(-1) ?? '';
  for (const source of words.slice(0, -1)) {
    const path = join(from === undefined ? context : root(from), source);
    // COPY copies a folder's content, and puts a file into a folder whose name ends in a slash.
    const isIntoFolder = !(await stat(path)).isDirectory() && target.endsWith('/');
    await cp(path, isIntoFolder ? join(folder, target, basename(path)) : join(folder, target), {
      recursive: true,
    });
  }
}
