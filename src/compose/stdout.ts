import type { Writable } from 'node:stream';

import type { Config } from '../config/schema.ts';
import type { Sink } from '../sinks/sink.ts';
import { createStdoutSink } from '../sinks/stdout-sink.ts';
import { familyOrder } from './family-order.ts';

/** This function has its own file, so that printing does not load the clients of receivers. */
export function composeStdout({ metrics }: Config, stream: Writable): Sink {
  return createStdoutSink({ stream, familyOrder: familyOrder(metrics) });
}
