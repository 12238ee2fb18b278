import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

import type { Config } from '../../config/schema.ts';

export type { Logger };

const STDERR = 2;

/** Logs to stderr, and waits for each line: the last one before an exit is the one that matters. */
export function createLogger({ level, format }: Config['log'], isTerminal: boolean): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (!isPretty(format, isTerminal)) {
    return pino(
      { ...options, formatters: { level: (label) => ({ level: label }) } },
      pino.destination({ fd: STDERR, sync: true }),
    );
  }
  return pino(
    options,
    pretty({
      destination: STDERR,
      sync: true,
      colorize: isTerminal,
      translateTime: 'HH:MM:ss',
      singleLine: true,
      // What the sentence says already.
      ignore: 'reason,sink,status,sent,failed,retries,bytes,errors',
    }),
  );
}

export function isPretty(format: Config['log']['format'], isTerminal: boolean): boolean {
  return format === 'pretty' || (format === 'auto' && isTerminal);
}
