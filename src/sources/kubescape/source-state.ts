import type { ReadObserver } from '../scan-source.ts';
import { cachePath, loadState, saveState, type SourceState } from './cache-file.ts';
import { FindingsCache } from './findings-cache.ts';
import { noLists } from './known-lists.ts';
import { removeLeftovers } from './state-leftovers.ts';

function newState(): SourceState {
  return { cache: new FindingsCache(), listed: {}, lists: noLists };
}

export interface StateKeeperOptions {
  /** Folder for what survives the process; without it memory is all there is. */
  readonly stateDir: string | undefined;
  /** Cluster and namespace that the findings are of: another one's are not believed. */
  readonly origin: string;
  /** `1-of-3`, or empty without shards. */
  readonly shard: string;
}

/** Keeps what one run leaves for the next: in memory, and in a file if there is a folder for it. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  #state: SourceState | undefined;
  /** As Kubescape's own configuration had it last. */
  clusterName: string | undefined;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
  }

  async load(warn: ReadObserver['warn']): Promise<SourceState> {
    this.#state ??= (await this.#read(warn)) ?? newState();
    return this.#state;
  }

  /** Losing the state costs time, never correctness, so a full disk is no reason to fail. */
  async save(state: SourceState, warn: ReadObserver['warn']): Promise<void> {
    this.#state = state;
    const { stateDir, origin, shard } = this.#options;
    if (stateDir === undefined) return;
    const path = cachePath(stateDir, shard);
    try {
      await saveState(path, origin, state);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      warn(`findings could not be kept in ${path}, so the next run reads all again: ${reason}`);
    }
  }

  async #read(warn: ReadObserver['warn']): Promise<SourceState | undefined> {
    const { stateDir, origin, shard } = this.#options;
    if (stateDir === undefined) return undefined;
    const path = cachePath(stateDir, shard);
    await removeLeftovers(path, Date.now());
    const loaded = await loadState(path, origin);
    if (loaded.status === 'loaded') return loaded.state;
    if (loaded.status === 'damaged') warn(`${path} was thrown away: ${loaded.message}`);
    return undefined;
  }
}
