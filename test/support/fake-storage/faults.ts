import type { Answer, Response } from './answer.ts';
import { plainText } from './answer.ts';
import { failure, serverTimeout } from './api-status.ts';
import { emptyList } from './read-objects.ts';
import { isResourceName } from './resources.ts';
import type { ScriptedAnswer } from './script.ts';

/** Errors of real clusters, for `answerNext`. */
export const faults = {
  reset: 'reset',
  hang: 'hang',
  queueFull: { ...plainText(429, 'Too Many Requests (queue full)'), isAudited: false },
  /** Answer of the aggregation layer while the storage is down. */
  unavailable: plainText(503, 'service unavailable'),
  /** The request timed out in the queue. */
  requestTimeout: failure({ code: 408, reason: 'Timeout', message: 'request timed out' }),
  serverTimeout: (request) => serverTimeout(request),
  /** The answer of the storage after a database error, which it only logs. */
  emptyList: ({ resource }) =>
    isResourceName(resource) ? { status: 200, body: emptyList(resource) } : 'reset',
  /** A page with a continue token that the storage cannot parse, so that the next page is empty. */
  badToken: async (_request, normal) => withToken(await normal(), 'abc'),
  halfBody: async (_request, normal) => changed(await normal(), { cut: true }),
} as const satisfies Readonly<Record<string, ScriptedAnswer>>;

/** The normal answer after a delay. */
export function delayed(delayMs: number): ScriptedAnswer {
  return async (_request, normal) => changed(await normal(), { delayMs });
}

function withToken(answer: Answer, token: string): Answer {
  if (typeof answer === 'string' || 'watch' in answer) return answer;
  const { body = '' } = answer;
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? [body] : [...body];
  const page = text.map(String).join('');
  return { ...answer, body: page.replace(/"continue":"\d+"/, `"continue":"${token}"`) };
}

function changed(answer: Answer, change: Partial<Response>): Answer {
  return typeof answer === 'object' && 'status' in answer ? { ...answer, ...change } : answer;
}
