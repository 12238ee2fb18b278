import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import { type CliOptions, type CliRun, runCli } from '../cli/run-cli.ts';
import {
  type FakeStorage,
  type FakeStorageOptions,
  startFakeStorage,
} from '../fake-storage/fake-storage.ts';
import { faults } from '../fake-storage/faults.ts';
import { writeKubeconfig } from '../fake-storage/kubeconfig.ts';
import type { LoggedRequest } from '../fake-storage/request-log.ts';
import type { ResourceName } from '../fake-storage/resources.ts';
import type { Match, ScriptedAnswer } from '../fake-storage/script.ts';
import type { StorageObject } from '../fake-storage/stored-object.ts';
import { type AgentOptions, type AgentRun, runAgent } from './agent-run.ts';
import { repeated } from './answers.ts';

export const SUMMARIES = 'vulnerabilitymanifestsummaries';
export const MANIFESTS = 'vulnerabilitymanifests';
export const POSTURES = 'workloadconfigurationscansummaries';
export const DETAILS = 'workloadconfigurationscans';
export const allUp = { [SUMMARIES]: 1, [MANIFESTS]: 1, [POSTURES]: 1 } as const;

/** A fake cluster and an empty folder for one test. */
export class KubernetesLab {
  #storage: FakeStorage | undefined;
  #folder = '';

  get storage(): FakeStorage {
    if (this.#storage === undefined) throw new Error('call serve first');
    return this.#storage;
  }

  /** Removed after the test. */
  get folder(): string {
    return this.#folder;
  }

  open(): void {
    this.#folder = mkdtempSync(join(tmpdir(), 'kubernetes-lab-'));
  }

  async close(): Promise<void> {
    await this.#storage?.close();
    this.#storage = undefined;
    rmSync(this.#folder, { recursive: true });
  }

  async serve(objects: readonly StorageObject[], options: FakeStorageOptions = {}): Promise<void> {
    await this.#storage?.close();
    this.#storage = await startFakeStorage({ objects, ...options });
  }

  /** Runs one cycle in this process, with a clock that skips pauses. */
  async read(options: AgentOptions = {}): Promise<AgentRun> {
    return runAgent(this.storage, this.folder, options);
  }

  /** Runs one cycle with the state that earlier calls left in the folder, as a new process does. */
  async readWithState(options: AgentOptions = {}): Promise<AgentRun> {
    return this.read({ stateDir: this.#folder, ...options });
  }

  /** Runs the built program. */
  async run(
    command: 'push' | 'render' | 'check',
    args: readonly string[] = [],
    options: CliOptions = {},
  ): Promise<CliRun> {
    const kubeconfig = writeKubeconfig(this.storage, { dir: this.folder, user: { token: 'test' } });
    return runCli([command, '--kubeconfig', kubeconfig, ...args], options);
  }

  /** Requests that listed a kind. */
  lists(kind: string): readonly LoggedRequest[] {
    const { requests } = this.storage;
    return requests.filter(({ verb, resource }) => verb === 'list' && resource === kind);
  }

  /** Names of the manifests requested, after the first `skip` requests. */
  manifests(skip = 0): readonly string[] {
    const { requests } = this.storage;
    return requests
      .slice(skip)
      .filter(({ verb, resource }) => verb === 'get' && resource === MANIFESTS)
      .map(({ name = '' }) => name);
  }

  /** Names of the manifests that the callback requests. */
  async manifestsReadBy(run: () => Promise<unknown>): Promise<readonly string[]> {
    const { length } = this.storage.requests;
    await run();
    return this.manifests(length);
  }

  /** Answers the next list of each kind like a server whose database fails: empty. */
  emptyLists(...kinds: readonly string[]): void {
    for (const resource of kinds) {
      this.storage.answerNext({ verb: 'list', resource }, faults.emptyList);
    }
  }

  /** Makes all requests that match fail from now on. */
  failFromNowOn(match: Match, fault: keyof typeof faults): void {
    this.storage.answerNext(match, ...repeated(500, faults[fault]));
  }

  /** Deletes all objects of a kind. */
  deleteAll(resource: ResourceName): void {
    for (const { namespace, name } of this.storage.store.rows(resource)) {
      this.storage.store.delete({ resource, namespace, name });
    }
  }

  /** The answer to the same request with another query. */
  answerAs(change: Readonly<Record<string, string>>): ScriptedAnswer {
    return async ({ path, query }) => {
      const changed = new URLSearchParams({ ...query, ...change });
      const response = await fetch(`${this.storage.url}${path}?${changed.toString()}`);
      return { status: 200, body: await response.text() };
    };
  }
}

/** Sets up a lab for each test of the file. */
export function useLab(): KubernetesLab {
  const lab = new KubernetesLab();
  beforeEach(() => lab.open());
  afterEach(async () => lab.close());
  return lab;
}
