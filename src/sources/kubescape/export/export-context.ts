import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { KubescapeSourceOptions } from '../source-options.ts';

export interface ExportProgress {
  /** Name of the resource in the API. */
  readonly kind: string;
  readonly done: number;
  /** Absent if unknown. */
  readonly total?: number;
}

export interface ExportObserver {
  progress(progress: ExportProgress): void;
  /** @param message A fact about the export as a whole, in one sentence. */
  warn(message: string): void;
}

export interface ExportContext extends KubescapeSourceOptions {
  readonly client: ApiClient;
  readonly folder: string;
  readonly exportId: string;
  readonly observer: ExportObserver;
  readonly signal: AbortSignal;
}
