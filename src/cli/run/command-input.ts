/** What the user asked for on the command line. */
export interface CommandInput {
  /** Texts by flag, as `loadConfig` takes them. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly configFile: string | undefined;
  /** Whether a push also prints the table for people. */
  readonly table: boolean;
  /** Whether only to say what would be done. */
  readonly dryRun: boolean;
}
