import { type Logger, type LoggerOptions, pino } from 'pino';
import pretty from 'pino-pretty';

import type { Config } from '../../config/schema.ts';
import { toPrintable } from '../../model/printable.ts';
import { prettyMessage } from './pretty-message.ts';
import { toPrintableField, toPrintableStack } from './printable-fields.ts';

export type { Logger };

const STDERR = 2;

/** Makes every entry printable here, so that no caller can forget it. */
const printable: LoggerOptions = {
  hooks: {
    logMethod(args, log) {
      const [first, ...rest] = args.map((arg) => toPrintableField(arg));
      Reflect.apply(log, this, [first, ...rest]);
    },
  },
  serializers: {
    err(error: Error) {
      const { type, message, stack } = pino.stdSerializers.err(error);
      return { type, message: toPrintable(message), stack: toPrintableStack(stack) };
    },
  },
};

/** Logs to stderr synchronously, so that the last line before an exit is never lost. */
export function createLogger({ level, format }: Config['log'], isTerminal: boolean): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, ...printable };
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
      messageFormat: prettyMessage,
      // The message contains these fields.
      ignore:
        'reason,sink,sinks,seconds,status,sent,rejected,pending,persisted,retries,bytes,errors',
    }),
  );
}

export function isPretty(format: Config['log']['format'], isTerminal: boolean): boolean {
  return format === 'pretty' || (format === 'auto' && isTerminal);
}
