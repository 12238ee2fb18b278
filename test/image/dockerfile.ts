import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { Copy, DockerfileParser, type Instruction, JSONInstruction } from 'dockerfile-ast';

import { mustRun } from '../../scripts/servers/run-command.ts';

export const repository = resolve(import.meta.dirname, '../..');

export interface Stage {
  readonly name: string;
  readonly from: readonly string[];
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, in order, and the arguments that stand before the first. */
export function readStages(text: string): readonly Stage[] {
  const stages: { name: string; from: readonly string[]; instructions: Instruction[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const words = wordsOf(instruction);
    if (instruction.getKeyword() === 'FROM') {
      const named = words.findIndex((word) => word.toUpperCase() === 'AS');
      const name = named === -1 ? String(stages.length) : (words[named + 1] ?? '');
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

/** What an instruction such as ENTRYPOINT says, if it is in the form that needs no shell. */
export function execForm(instruction: Instruction | undefined): readonly string[] | undefined {
  if (!(instruction instanceof JSONInstruction) || instruction.getOpeningBracket() === null) {
    return undefined;
  }
  return instruction.getJSONStrings().map((text) => text.getJSONValue());
}

/** The files that a build is given: of the repository, those that .dockerignore lets through. */
export async function copyContext(target: string): Promise<void> {
  const lines = (await readFile(join(repository, '.dockerignore'), 'utf8')).split('\n');
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const [all, ...others] = patterns;
  const allowed = others.filter((pattern) => pattern.startsWith('!')).map((one) => one.slice(1));
  const refused = others.filter((pattern) => !pattern.startsWith('!'));
  if (all !== '*' || refused.join(' ') !== '**/*.test.ts') {
    throw new Error('.dockerignore has patterns that this test does not know');
  }
  for (const path of allowed) {
    await cp(join(repository, path), join(target, path), {
      recursive: true,
      filter: (source) => !source.endsWith('.test.ts'),
    });
  }
}

interface ReplayOptions {
  /** Folder that stands for the root of each stage's file system. */
  readonly root: (stage: string) => string;
  readonly context: string;
  /** Build arguments; they go before what ARG says. */
  readonly args: Readonly<Record<string, string>>;
}

/** What instructions leave behind for those after them. */
interface BuildState {
  folder: string;
  readonly variables: Map<string, string>;
}

/** Does what a build would do: each COPY and RUN of a stage, in a folder instead of a container. */
export async function replay(stage: Stage, options: ReplayOptions): Promise<void> {
  const root = options.root(stage.name);
  const state: BuildState = { folder: root, variables: new Map() };
  for (const instruction of stage.instructions) {
    const [word = ''] = wordsOf(instruction);
    const keyword = instruction.getKeyword();
    if (keyword === 'WORKDIR') {
      state.folder = join(root, word);
      await mkdir(state.folder, { recursive: true });
    } else if (keyword === 'ARG') {
      const [name = '', value = ''] = word.split('=');
      state.variables.set(name, options.args[name] ?? value);
    } else if (keyword === 'COPY') await copy(instruction, { ...options, folder: state.folder });
    else if (keyword === 'RUN') await run(instruction, state);
  }
}

async function run(instruction: Instruction, { folder, variables }: BuildState): Promise<void> {
  const command = (instruction.getArgumentsContent() ?? '').replaceAll(/\\\n/g, '');
  const environment = [...variables].map(([name, value]) => `${name}=${value}`);
  const options = { cwd: folder, timeoutMs: 240_000 };
  await mustRun('env', [...environment, 'sh', '-ec', command], options);
}

async function copy(
  instruction: Instruction,
  { root, context, folder }: Pick<ReplayOptions, 'root' | 'context'> & { readonly folder: string },
): Promise<void> {
  const flag = instruction instanceof Copy ? instruction.getFlags() : [];
  const from = flag.find((one) => one.getName() === 'from')?.getValue() ?? undefined;
  const sources = wordsOf(instruction);
  const target = sources.at(-1) ?? '';
  for (const source of sources.slice(0, -1)) {
    const path = join(from === undefined ? context : root(from), source);
    const isFolder = await readdir(path).then(
      () => true,
      () => false,
    );
    // A folder's content is copied, a file goes into a folder whose name ends in a slash.
    const isInto = !isFolder && (target.endsWith('/') || target === '.');
    await cp(path, isInto ? join(folder, target, basename(path)) : join(folder, target), {
      recursive: true,
    });
  }
}
