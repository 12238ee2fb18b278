/** How the process uses its sinks. */
export interface SinkUse {
  /** Whether the last push is resent between pushes. */
  readonly resends: boolean;
  /** Called as soon as a receiver fails. */
  readonly warn?: (message: string) => void;
}
