export interface CommandInput {
  /** Values on the command line, keyed by flag. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly configFile: string | undefined;
  /** Whether a push also prints the summary table. */
  readonly table: boolean;
  /** Whether to report what would be done without doing it. */
  readonly dryRun: boolean;
  /** The argument of the command, if it has one. */
  readonly argument?: string | undefined;
}
