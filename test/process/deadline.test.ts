import { describe, expect, it } from 'vitest';

import { useAgentLab } from '../support/agent/agent-lab.ts';
import { runCli } from '../support/cli/run-cli.ts';
import { faults } from '../support/fake-storage/faults.ts';
import { SUMMARIES } from '../support/kubernetes/lab.ts';
import { smallCluster } from '../support/kubernetes/small-cluster.ts';

const lab = useAgentLab();

describe('a push with a deadline', () => {
  it('exits with 4 if nothing was delivered in time', async () => {
    const receiver = await lab.receive({ otherwise: 'hang' });
    const run = await runCli([
      ...['push', '--from', lab.results, '--deadline', '2s'],
      ...['--remote-write-url', receiver.url],
    ]);

    expect(run.exitCode).toBe(4);
    expect(run.log.map(({ msg }) => msg)).toContain('deadline of 2s exceeded');
  });

  it('exits with 5 if one of two receivers got everything', async () => {
    const [good, bad] = [await lab.receive(), await lab.receive({ otherwise: 'hang' })];
    const run = await runCli([
      ...['push', '--from', lab.results, '--deadline', '3s'],
      ...['--remote-write-url', good.url, '--remote-write-url', bad.url],
    ]);

    expect(run.exitCode).toBe(5);
  });

  it('exits with 4 if it is still reading', async () => {
    const receiver = await lab.receive();
    await lab.cluster.serve(smallCluster);
    const hangs = Array.from({ length: 20 }, () => faults.hang);
    lab.cluster.storage.answerNext({ verb: 'list', resource: SUMMARIES }, ...hangs);
    const run = await lab.cluster.run('push', [
      ...['--cluster', 'c', '--deadline', '2s', '--remote-write-url', receiver.url],
    ]);

    expect(run.exitCode).toBe(4);
    expect(receiver.samples).toEqual([]);
  });

  it('exits as soon as everything is delivered', async () => {
    const run = await runCli(['push', '--from', lab.results, '--deadline', '10m']);

    expect(run.exitCode).toBe(0);
  });
});
