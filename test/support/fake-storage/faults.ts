import type { Answer, Response } from './answer.ts';
import { plainText } from './answer.ts';
import { failure, serverTimeout } from './api-status.ts';
import { emptyList } from './read-objects.ts';
import { isResourceName } from './resources.ts';
import type { ScriptedAnswer } from './script.ts';

/** What goes wrong in real clusters, ready for `answerNext`. */
export const faults = {
  reset: 'reset',
  hang: 'hang',
  queueFull: plainText(429, 'Too Many Requests (queue full)'),
  /** The aggregation layer's words while the storage is down. */
  unavailable: plainText(503, 'service unavailable'),
  /** A request that waited for its turn until its time was over. */
  requestTimeout: failure({ code: 408, reason: 'Timeout', message: 'request timed out' }),
  serverTimeout: (request) => serverTimeout(request),
  /** An error of the database that the server logs and does not tell: there seems to be nothing. */
  emptyList: ({ resource }) =>
    isResourceName(resource) ? { status: 200, body: emptyList(resource) } : 'reset',
  halfBody: async (_request, normal) => changed(await normal(), { cut: true }),
} as const satisfies Readonly<Record<string, ScriptedAnswer>>;

/** The normal answer, so many milliseconds later. */
export function delayed(delayMs: number): ScriptedAnswer {
  return async (_request, normal) => changed(await normal(), { delayMs });
}

function changed(answer: Answer, change: Partial<Response>): Answer {
  return typeof answer === 'object' && 'status' in answer ? { ...answer, ...change } : answer;
}
