import * as z from 'zod';

import type { Answer } from '../fake-storage/answer.ts';
import type { ApiRequest } from '../fake-storage/api-request.ts';
import type { ScriptedAnswer } from '../fake-storage/script.ts';

/** Matches requests for the second and later pages of a list. */
export function isLaterPage(kind: string): (request: ApiRequest) => boolean {
  return ({ resource, query }) => resource === kind && query['continue'] !== undefined;
}

/** The normal answer, after the callback has run. */
export function afterwards(happen: () => unknown): ScriptedAnswer {
  return async (_request, normal) => {
    happen();
    return normal();
  };
}

/** The normal answer with the first occurrence of a text replaced. */
export function replacing(text: string, replacement: string): ScriptedAnswer {
  return async (_request, normal) =>
    changeBody(await normal(), (body) => body.replace(text, replacement));
}

const Item = z.record(z.string(), z.unknown());
const List = z.looseObject({ items: z.array(Item) });
type Item = z.infer<typeof Item>;

/** The normal answer with other items. */
export function changingItems(change: (items: readonly Item[]) => readonly Item[]): ScriptedAnswer {
  return async (_request, normal) =>
    changeBody(await normal(), (body) => {
      const list = List.parse(JSON.parse(body));
      return JSON.stringify({ ...list, items: change(list.items) });
    });
}

export function repeated<Value>(count: number, value: Value): Value[] {
  return Array<Value>(count).fill(value);
}

function changeBody(answer: Answer, change: (body: string) => string): Answer {
  if (typeof answer === 'string' || 'watch' in answer) return answer;
  const { body = '' } = answer;
  const text = typeof body === 'string' ? body : Buffer.concat([...toBuffers(body)]).toString();
  return { ...answer, body: change(text) };
}

function* toBuffers(body: Buffer | Iterable<string | Buffer>): Generator<Buffer> {
  if (Buffer.isBuffer(body)) yield body;
  else for (const part of body) yield Buffer.from(part);
}
