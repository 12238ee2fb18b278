import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import { type CliOptions, type CliRun, runCli } from '../cli/run-cli.ts';
import type { ApiRequest } from '../fake-storage/api-request.ts';
import {
  type FakeStorage,
  type FakeStorageOptions,
  startFakeStorage,
} from '../fake-storage/fake-storage.ts';
import { writeKubeconfig } from '../fake-storage/kubeconfig.ts';
import type { LoggedRequest } from '../fake-storage/request-log.ts';
import type { ScriptedAnswer } from '../fake-storage/script.ts';
import type { StorageObject } from '../fake-storage/stored-object.ts';
import { type AgentOptions, type AgentRun, runAgent } from './agent-run.ts';

export const SUMMARIES = 'vulnerabilitymanifestsummaries';
export const MANIFESTS = 'vulnerabilitymanifests';
export const POSTURES = 'workloadconfigurationscansummaries';
export const allUp = { [SUMMARIES]: 1, [MANIFESTS]: 1, [POSTURES]: 1 } as const;

/** A cluster and a folder for one test after the other. */
export class KubernetesLab {
  #storage: FakeStorage | undefined;
  #folder = '';

  get storage(): FakeStorage {
    if (this.#storage === undefined) throw new Error('nothing is served');
    return this.#storage;
  }

  /** An empty one, which is gone after the test. */
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

  /** One cycle in this process, where waits take no time. */
  async read(options: AgentOptions = {}): Promise<AgentRun> {
    return runAgent(this.storage, this.folder, options);
  }

  /** The same by the program, as users run it. */
  async run(
    command: 'push' | 'render' | 'check',
    args: readonly string[] = [],
    options: CliOptions = {},
  ): Promise<CliRun> {
    const kubeconfig = writeKubeconfig(this.storage, { dir: this.folder, user: { token: 'test' } });
    return runCli([command, '--kubeconfig', kubeconfig, ...args], options);
  }

  /** Requests for lists of a kind. */
  lists(kind: string): readonly LoggedRequest[] {
    const { requests } = this.storage;
    return requests.filter(({ verb, resource }) => verb === 'list' && resource === kind);
  }

  /** Names of the manifests that were asked for, after the first `asked` requests of all. */
  manifests(asked = 0): readonly string[] {
    const { requests } = this.storage;
    return requests
      .slice(asked)
      .filter(({ verb, resource }) => verb === 'get' && resource === MANIFESTS)
      .map(({ name = '' }) => name);
  }

  /** The answer to the same request with another query. */
  answerAs(change: Readonly<Record<string, string>>): ScriptedAnswer {
    return async ({ path, query }) => {
      const asked = new URLSearchParams({ ...query, ...change });
      const response = await fetch(`${this.storage.url}${path}?${asked.toString()}`);
      return { status: 200, body: await response.text() };
    };
  }
}

/** A lab for each test of the file. */
export function useLab(): KubernetesLab {
  const lab = new KubernetesLab();
  beforeEach(() => lab.open());
  afterEach(async () => lab.close());
  return lab;
}

/** Whether the request is for a page after the first one. */
export function isLaterPage(kind: string): (request: ApiRequest) => boolean {
  return ({ resource, query }) => resource === kind && query['continue'] !== undefined;
}

/** The normal answer, after something has happened. */
export function afterwards(happen: () => unknown): ScriptedAnswer {
  return async (_request, normal) => {
    happen();
    return normal();
  };
}
