import { findingsFile, posturesFile, type StateFolder } from '../../state/state-folder.ts';
import { noHistory } from '../list-history.ts';
import type { ReadObserver } from '../scan-source.ts';
import { FindingsCache } from './findings-cache.ts';
import { loadState, saveState, type SourceState } from './findings-file.ts';
import { loadPostures, savePostures, type StoredPostures } from './posture-file.ts';

export interface StateKeeperOptions {
  /** Without a folder, the state lives until the process exits. */
  readonly folder: StateFolder | undefined;
  /** API server and namespace. State from any other origin is discarded. */
  readonly origin: string;
}

/** Holds the state of the source between runs: in memory, and in the state folder if there is one. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  #state: SourceState | undefined;
  #isFirst = true;
  /** Fingerprint of the configuration scans in the file. */
  #savedPostures: string | undefined;
  /** Last cluster name found in Kubescape's configuration. */
  clusterName: string | undefined;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
  }

  /** Whether the state that was loaded last is new. If it is, nothing is known about earlier runs. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  async load(warn: ReadObserver['warn']): Promise<SourceState> {
    const known = this.#state ?? (await this.#read(warn));
    this.#isFirst = known === undefined;
    this.#state = known ?? { cache: new FindingsCache(), lists: noHistory };
    return this.#state;
  }

  /** Only warns if the file cannot be written: a lost state costs time, never correctness. */
  async save(state: SourceState, warn: ReadObserver['warn']): Promise<void> {
    this.#state = state;
    const { folder, origin } = this.#options;
    if (folder === undefined) return;
    const path = findingsFile(folder);
    try {
      await saveState(path, origin, state);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      warn(`cannot write ${path}, so the next run reads all findings again: ${reason}`);
    }
  }

  /** Configuration scans of the last run, from the state folder. */
  async loadPostures(): Promise<StoredPostures | undefined> {
    const { folder, origin } = this.#options;
    return folder && loadPostures(posturesFile(folder), origin);
  }

  /**
   * Only warns if the file cannot be written: it is needed only for objects that become unreadable.
   *
   * @param fingerprint Writes nothing if the last reports had the same.
   */
  async savePostures(
    postures: StoredPostures,
    { fingerprint, warn }: { readonly fingerprint: string; readonly warn: ReadObserver['warn'] },
  ): Promise<void> {
    const { folder, origin } = this.#options;
    if (folder === undefined || fingerprint === this.#savedPostures) return;
    this.#savedPostures = fingerprint;
    const path = posturesFile(folder);
    try {
      await savePostures(path, origin, postures);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      warn(`cannot write ${path}, which holds the last values of configuration scans: ${reason}`);
    }
  }

  async #read(warn: ReadObserver['warn']): Promise<SourceState | undefined> {
    const { folder, origin } = this.#options;
    if (folder === undefined) return undefined;
    const path = findingsFile(folder);
    const loaded = await loadState(path, origin);
    if (loaded.status === 'loaded') return loaded.state;
    if (loaded.status === 'unusable') warn(`discarded ${path}: ${loaded.message}`);
    return undefined;
  }
}
