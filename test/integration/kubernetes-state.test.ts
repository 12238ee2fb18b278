import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { messagesOf } from '../support/cli/run-cli.ts';
import { startFakeStorage } from '../support/fake-storage/fake-storage.ts';
import { openSource, runAgent, runSource } from '../support/kubernetes/agent-run.ts';
import { MANIFESTS, POSTURES, useLab } from '../support/kubernetes/lab.ts';
import {
  image,
  redis,
  runs,
  SMALL_TOTAL,
  smallCluster,
} from '../support/kubernetes/small-cluster.ts';
import { linesAboutCluster } from '../support/metrics/exposition-values.ts';
import { startPathProxy } from '../support/network/path-proxy.ts';

const lab = useLab();

describe.each([true, false])('cached findings; objects have checksums: %s', (checksums) => {
  it('are not read again', async () => {
    await lab.serve(smallCluster, { checksums });
    const first = await lab.readWithState();
    const { length } = lab.storage.requests;
    const second = await lab.readWithState();

    expect(lab.manifests(length)).toEqual([]);
    expect(linesAboutCluster(second.text)).toEqual(linesAboutCluster(first.text));
  });

  it('are read again only for the manifest that changed', async () => {
    await lab.serve(smallCluster, { checksums });
    await lab.readWithState();
    lab.storage.store.put(image('redis', { severities: ['Critical', 'Critical', 'Low'] }));
    const { length } = lab.storage.requests;

    expect(await lab.readWithState()).toMatchObject({ total: SMALL_TOTAL + 2 });
    expect(lab.manifests(length)).toEqual([redis.metadata.name]);
  });

  it('are read again for a manifest that was deleted and created again', async () => {
    await lab.serve(smallCluster, { checksums });
    await lab.readWithState();
    lab.storage.store.delete({ resource: MANIFESTS, ...redis.metadata });
    lab.storage.store.put(image('redis', { severities: ['Low', 'Low'] }));

    expect(await lab.readWithState()).toMatchObject({ total: SMALL_TOTAL + 1 });
  });

  it('stay in memory without a state folder', async () => {
    await lab.serve(smallCluster, { checksums });
    const source = await openSource(lab.storage, lab.folder);
    await runSource(source);
    const { length } = lab.storage.requests;

    expect(await runSource(source)).toMatchObject({ exitCode: 0, total: SMALL_TOTAL });
    expect(lab.manifests(length)).toEqual([]);
  });
});

describe('the findings file', () => {
  it.each`
    what                       | file
    ${'cut in its first line'} | ${(bytes: Buffer) => bytes.subarray(0, 10)}
    ${'cut in its checksum'}   | ${(bytes: Buffer) => bytes.subarray(0, 40)}
    ${'cut by one byte'}       | ${(bytes: Buffer) => bytes.subarray(0, -1)}
    ${'written twice'}         | ${(bytes: Buffer) => Buffer.concat([bytes, bytes])}
    ${'changed in one bit'}    | ${withChangedBit}
    ${'written by version 6'}  | ${writtenByVersion6}
    ${'empty'}                 | ${() => Buffer.alloc(0)}
    ${'in another format'}     | ${() => Buffer.from('{"some":"thing else"}')}
  `('is discarded if it is $what, and everything is read', async ({ file }: DamageCase) => {
    await lab.serve(smallCluster);
    await lab.readWithState();
    writeFileSync(statePath(), file(readFileSync(statePath())));
    const { length } = lab.storage.requests;
    const { exitCode, total, messages } = await lab.readWithState();

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: SMALL_TOTAL });
    expect(messages).toContain(`discarded ${statePath()}`);
    expect(lab.manifests(length)).toHaveLength(3);
    expect(await lab.readWithState()).toMatchObject({ messages: '' });
  });

  it('is discarded for another cluster at the same host', async () => {
    const other = image('redis', { severities: ['Low'] });
    const b = await startFakeStorage({
      objects: [other, runs(other, { namespace: 'n', workload: 'w' })],
    });
    await lab.serve(smallCluster);
    const proxy = await startPathProxy({ '/k8s/a': lab.storage.url, '/k8s/b': b.url });
    const options = { stateDir: lab.folder };
    try {
      const first = await runAgent({ url: `${proxy.url}/k8s/a` }, lab.folder, options);
      const second = await runAgent({ url: `${proxy.url}/k8s/b` }, lab.folder, options);

      expect([first.total, second.total]).toEqual([SMALL_TOTAL, 1]);
      expect(second.messages).toContain('it belongs to another cluster');
    } finally {
      await Promise.all([proxy.close(), b.close()]);
    }
  });

  it('is readable by the current user only, like the file of configuration scans', async () => {
    await lab.serve(smallCluster);
    await lab.readWithState();
    await lab.readWithState();

    expect(readdirSync(lab.folder).toSorted()).toEqual([
      'findings.bin',
      'kubeconfig.yaml',
      'postures.json',
    ]);
    expect(statSync(statePath()).mode & 0o777).toBe(0o600);
  });

  it('causes a warning if it cannot be written', async () => {
    await lab.serve(smallCluster);
    const stateDir = join(lab.folder, 'kubeconfig.yaml', 'state');
    const { exitCode, total, messages } = await lab.read({ stateDir });

    expect({ exitCode, total }).toEqual({ exitCode: 0, total: SMALL_TOTAL });
    expect(messages).toContain('so the next run reads all findings again');
  });

  it('is in the folder that --state-dir sets', async () => {
    await lab.serve(smallCluster);
    const args = ['--state-dir', join(lab.folder, 'state')];
    const first = await lab.run('render', args);
    const { length } = lab.storage.requests;
    const second = await lab.run('render', args);
    lab.emptyLists(POSTURES);
    const third = await lab.run('render', args);

    expect([first.exitCode, second.exitCode, third.exitCode]).toEqual([0, 0, 5]);
    expect(lab.manifests(length)).toEqual([]);
    expect(linesAboutCluster(second.stdout)).toEqual(linesAboutCluster(first.stdout));
    expect(messagesOf(third)).toContain('it will be accepted after 15 minutes');
  });
});

interface DamageCase {
  readonly file: (bytes: Buffer) => Buffer;
}

function withChangedBit(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]);
}

/** Only the first line differs. */
function writtenByVersion6(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(/^(kubescape-push findings) \d+/, '$1 6');
  return Buffer.from(text, 'latin1');
}

function statePath(): string {
  return join(lab.folder, 'findings.bin');
}
