import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { faults } from '../support/fake-storage/faults.ts';
import {
  type AgentOptions,
  type AgentRun,
  openSource,
  runSource,
} from '../support/kubernetes/agent-run.ts';
import { allUp, MANIFESTS, POSTURES, SUMMARIES, useLab } from '../support/kubernetes/lab.ts';
import {
  configuration,
  image,
  redis,
  runs,
  SMALL_TOTAL,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster, valueOf } from '../support/metrics/exposition-values.ts';

const lab = useLab();

describe('a list that is empty all at once, as after an error of the database', () => {
  it.each`
    kind         | total          | resources
    ${SUMMARIES} | ${undefined}   | ${2}
    ${MANIFESTS} | ${undefined}   | ${2}
    ${POSTURES}  | ${SMALL_TOTAL} | ${undefined}
  `('is not believed: $kind is down, and says no zeros', async (expected: EmptyCase) => {
    const { kind, total, resources } = expected;
    await lab.serve(smallCluster);
    await keep();
    lab.storage.answerNext({ verb: 'list', resource: kind }, faults.emptyList);
    const { messages, text, ...run } = await keep();

    expect(run).toMatchObject({ exitCode: 5, total, up: { ...allUp, [kind]: 0 } });
    expect(valueOf(text, 'kubescape_scanned_resources')).toBe(resources);
    expect(messages).toMatch(/the list has 0 objects, after [23] in the last run/);
    // And it was no more than that one answer.
    expect(await keep()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, up: allUp });
  });

  it('of every kind gives nothing at all', async () => {
    await lab.serve(smallCluster);
    await keep();
    emptyAllLists();
    const { exitCode, text, messages } = await keep();

    expect({ exitCode, text }).toEqual({ exitCode: 3, text: '' });
    expect(messages).toContain('in the last run');
  });

  it('is believed when the next run finds the same', async () => {
    await lab.serve(smallCluster);
    await keep();
    for (const { namespace, name } of lab.storage.store.rows(POSTURES)) {
      lab.storage.store.delete({ resource: POSTURES, namespace, name });
    }

    expect(await keep()).toMatchObject({ exitCode: 5, up: { ...allUp, [POSTURES]: 0 } });
    expect(await keep()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL, up: allUp });
  });

  it('of every kind is believed the second time: there is nothing', async () => {
    await lab.serve(smallCluster);
    await keep();
    emptyAllLists();
    await keep();
    emptyAllLists();
    const { exitCode, messages } = await keep();

    expect(exitCode).toBe(3);
    expect(messages).toContain('has a scan run?');
  });

  it.each([SUMMARIES, MANIFESTS])(
    'of %s loses none of the findings that are kept',
    async (kind) => {
      await lab.serve(smallCluster);
      await keep();
      lab.storage.answerNext({ verb: 'list', resource: kind }, faults.emptyList);
      await keep();
      const asked = lab.storage.requests.length;

      expect(await keep()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL });
      expect(lab.manifests(asked)).toEqual([]);
    },
  );

  it('of manifests is not believed without any run before, while summaries refer to them', async () => {
    await lab.serve(smallCluster);
    lab.storage.answerNext({ verb: 'list', resource: MANIFESTS }, faults.emptyList);
    const { messages, ...run } = await lab.read();

    expect(run).toMatchObject({
      exitCode: 5,
      total: undefined,
      up: { ...allUp, [MANIFESTS]: 0 },
    });
    expect(messages).toContain('empty, although 3 summaries refer to its objects');
  });
});

interface EmptyCase {
  readonly kind: string;
  readonly total: number | undefined;
  readonly resources: number | undefined;
}

describe('a list that loses objects', () => {
  it.each`
    before | left  | isUp
    ${20}  | ${11} | ${1}
    ${20}  | ${9}  | ${0}
    ${9}   | ${1}  | ${1}
  `('from $before to $left: up is $isUp', async ({ before, left, isUp }: ShrinkCase) => {
    const scans = Array.from({ length: before }, (_, index) =>
      configuration({ namespace: 'shop', workload: `w-${index}` }, 1),
    );
    await lab.serve(scans);
    await keep();
    for (const { metadata } of scans.slice(left)) {
      lab.storage.store.delete({ resource: POSTURES, ...metadata });
    }

    expect(await keep()).toMatchObject(
      isUp === 1 ? { exitCode: 0, up: allUp } : { exitCode: 3, text: '' },
    );
  });
});

interface ShrinkCase {
  readonly before: number;
  readonly left: number;
  readonly isUp: number;
}

describe.each([true, false])('findings that are kept; objects have checksums: %s', (checksums) => {
  it('are not read again', async () => {
    await lab.serve(smallCluster, { checksums });
    const first = await keep();
    const asked = lab.storage.requests.length;
    const second = await keep();

    expect(lab.manifests(asked)).toEqual([]);
    expect(linesAboutCluster(second.text)).toEqual(linesAboutCluster(first.text));
  });

  it('are read again for the one manifest that has changed', async () => {
    await lab.serve(smallCluster, { checksums });
    await keep();
    lab.storage.store.put(image('redis', { severities: ['Critical', 'Critical', 'Low'] }));
    const asked = lab.storage.requests.length;
    const { total } = await keep();

    expect(lab.manifests(asked)).toEqual([redis.metadata.name]);
    expect(total).toBe(SMALL_TOTAL + 2);
  });

  it('are read again for one that was deleted and made anew', async () => {
    await lab.serve(smallCluster, { checksums });
    await keep();
    lab.storage.store.delete({ resource: MANIFESTS, ...redis.metadata });
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));
    const { total } = await keep();

    expect(total).toBe(SMALL_TOTAL + 1);
  });

  it('are those of one process too, which keeps them in memory', async () => {
    await lab.serve(smallCluster, { checksums });
    const source = await openSource(lab.storage, lab.folder);
    await runSource(source);
    const asked = lab.storage.requests.length;

    expect(await runSource(source)).toMatchObject({ exitCode: 0, total: SMALL_TOTAL });
    expect(lab.manifests(asked)).toEqual([]);
  });
});

describe('a state directory', () => {
  it.each`
    what                       | file
    ${'cut in its first line'} | ${(bytes: Buffer) => bytes.subarray(0, 10)}
    ${'cut in its checksum'}   | ${(bytes: Buffer) => bytes.subarray(0, 40)}
    ${'cut in its middle'}     | ${(bytes: Buffer) => bytes.subarray(0, bytes.length / 2)}
    ${'cut by one byte'}       | ${(bytes: Buffer) => bytes.subarray(0, -1)}
    ${'longer than it was'}    | ${(bytes: Buffer) => Buffer.concat([bytes, bytes])}
    ${'changed in one bit'}    | ${withOtherLastByte}
    ${'of another version'}    | ${ofOtherVersion}
    ${'empty'}                 | ${() => Buffer.alloc(0)}
    ${'something else'}        | ${() => Buffer.from('{"some":"thing else"}')}
  `('whose file is $what is thrown away, and all is read', async ({ file }: DamageCase) => {
    await lab.serve(smallCluster);
    await keep();
    writeFileSync(statePath(), file(readFileSync(statePath())));
    const asked = lab.storage.requests.length;
    const { exitCode, total, messages } = await keep();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: SMALL_TOTAL });
    expect(messages).toContain(`discarded ${statePath()}`);
    expect(lab.manifests(asked)).toHaveLength(3);
    // The next run finds a good one.
    expect(await keep()).toMatchObject({ messages: '' });
  });

  it('of another cluster is thrown away', async () => {
    await lab.serve(smallCluster);
    await keep();
    const other = [
      image('redis', { severities: [] }),
      runs(redis, { namespace: 'n', workload: 'w' }),
    ];
    await lab.serve(other);
    const { exitCode, total, messages } = await keep();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: 0 });
    expect(messages).toContain('it belongs to another cluster');
  });

  it('has one file, which nobody else may read, and nothing else', async () => {
    await lab.serve(smallCluster);
    await keep();
    await keep();

    expect(readdirSync(lab.folder).toSorted()).toEqual(['findings.bin', 'kubeconfig.yaml']);
    expect(statSync(statePath()).mode & 0o777).toBe(0o600);
  });

  it('is used although a killed process left half a file behind', async () => {
    await lab.serve(smallCluster);
    await keep();
    writeFileSync(`${statePath()}.tmp`, 'half');
    const asked = lab.storage.requests.length;
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));

    expect(await keep()).toMatchObject({ exitCode: 0, total: SMALL_TOTAL + 1, messages: '' });
    expect(lab.manifests(asked)).toEqual([redis.metadata.name]);
    expect(await keep()).toMatchObject({ total: SMALL_TOTAL + 1, messages: '' });
  });

  it('that cannot be written costs a warning and no more', async () => {
    await lab.serve(smallCluster);
    const stateDir = join(lab.folder, 'kubeconfig.yaml', 'state');
    const { exitCode, total, messages } = await lab.read({ stateDir });

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: SMALL_TOTAL });
    expect(messages).toContain('so the next run reads all findings again');
  });

  it('is given to the program as --state-dir', async () => {
    await lab.serve(smallCluster);
    const args = ['--state-dir', join(lab.folder, 'state')];
    const first = await lab.run('render', args);
    const asked = lab.storage.requests.length;
    const second = await lab.run('render', args);
    lab.storage.answerNext({ verb: 'list', resource: POSTURES }, faults.emptyList);
    const third = await lab.run('render', args);

    expect([first.exitCode, second.exitCode, third.exitCode]).toEqual([0, 0, 5]);
    expect(lab.manifests(asked)).toEqual([]);
    expect(linesAboutCluster(second.stdout)).toEqual(linesAboutCluster(first.stdout));
    expect(messagesOf(third)).toContain('the next run will accept it');
  });
});

interface DamageCase {
  readonly file: (bytes: Buffer) => Buffer;
}

function withOtherLastByte(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]);
}

/** A file that is whole: only its first line tells. */
function ofOtherVersion(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(/^(kubescape-push findings) \d+/, '$1 0');
  return Buffer.from(text, 'latin1');
}

function statePath(): string {
  return join(lab.folder, 'findings.bin');
}

/** Reads, and keeps what is left for the next run, which is another process. */
async function keep(options: AgentOptions = {}): Promise<AgentRun> {
  return lab.read({ stateDir: lab.folder, ...options });
}

function emptyAllLists(): void {
  for (const resource of [SUMMARIES, MANIFESTS, POSTURES]) {
    lab.storage.answerNext({ verb: 'list', resource }, faults.emptyList);
  }
}
