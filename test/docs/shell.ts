import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { findServer } from '../../scripts/servers/find-server.ts';
import { type CommandResult, runCommand } from '../../scripts/servers/run-command.ts';
import { cliPath } from '../support/cli/run-cli.ts';
import { demoCluster } from '../support/cluster-generator/demo-cluster/demo-cluster.ts';
import { type FakeStorage, startFakeStorage } from '../support/fake-storage/fake-storage.ts';
import { fromGenerator } from '../support/fake-storage/from-generator.ts';
import { writeKubeconfig } from '../support/fake-storage/kubeconfig.ts';
import { startPrometheus } from '../support/real-servers/prometheus.ts';
import { startPushgateway } from '../support/real-servers/pushgateway.ts';
import type { RunningServer } from '../support/real-servers/start-server.ts';
import { root } from './markdown-files.ts';

/** A machine as the docs assume it: a cluster, receivers, and kubescape-push on PATH. */
export class DocumentedMachine {
  readonly #folder: string;
  readonly #servers: ReadonlyMap<string, RunningServer>;
  readonly #cluster: FakeStorage;

  private constructor(
    folder: string,
    servers: ReadonlyMap<string, RunningServer>,
    cluster: FakeStorage,
  ) {
    this.#folder = folder;
    this.#servers = servers;
    this.#cluster = cluster;
  }

  static async start(): Promise<DocumentedMachine> {
    const folder = await mkdtemp(join(tmpdir(), 'kubescape-push-docs-'));
    const [prometheus, pushgateway] = await Promise.all([startPrometheus(), startPushgateway()]);
    const cluster = await startFakeStorage(fromGenerator(demoCluster()));
    const node = JSON.stringify(process.execPath);
    await writeProgram(folder, 'kubescape-push', `exec ${node} ${JSON.stringify(cliPath)} "$@"`);
    await writeProgram(folder, 'npx', 'exec "$@"');
    await symlink(await findServer('promtool'), join(folder, 'promtool'));
    for (const name of ['examples', 'monitoring'])
      await symlink(join(root, name), join(folder, name));
    writeKubeconfig(cluster, { dir: folder, user: { token: 'test' } });
    const servers = new Map<string, RunningServer>([
      ['http://localhost:9090', prometheus],
      ['http://localhost:9091', pushgateway],
    ]);
    return new DocumentedMachine(folder, servers, cluster);
  }

  /** Runs the commands in order, and stops at the first one that fails. */
  async run(commands: string): Promise<CommandResult> {
    let script = commands;
    for (const [documented, { url }] of this.#servers) script = script.replaceAll(documented, url);
    const settings = [
      `export PATH=${JSON.stringify(`${this.#folder}${delimiter}${process.env['PATH'] ?? ''}`)}`,
      `export KUBECONFIG=${JSON.stringify(join(this.#folder, 'kubeconfig.yaml'))}`,
    ];
    return runCommand('sh', ['-eu', '-c', `${settings.join('\n')}\n${script}`], {
      cwd: this.#folder,
      timeoutMs: 60_000,
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => server.stop()));
    await this.#cluster.close();
    await rm(this.#folder, { recursive: true });
  }
}

async function writeProgram(folder: string, name: string, command: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${command}\n`);
  await chmod(path, 0o755);
}
