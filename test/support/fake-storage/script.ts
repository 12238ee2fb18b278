import type { Answer } from './answer.ts';
import type { ApiRequest, Verb } from './api-request.ts';

/** Matches requests whose fields equal all given ones. */
export type Match = ((request: ApiRequest) => boolean) | Partial<MatchedFields>;

interface MatchedFields {
  readonly verb: Verb;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** An answer, or a function that creates one and can call the normal handler. */
export type ScriptedAnswer =
  | Answer
  | ((request: ApiRequest, normal: () => Promise<Answer>) => Answer | Promise<Answer>);

/** Answers scripted by a test. Each is used once. */
export class Script {
  readonly #lines: { readonly match: Match; readonly answer: ScriptedAnswer }[] = [];

  /** Number of answers not used yet. */
  get left(): number {
    return this.#lines.length;
  }

  add(match: Match, answers: readonly ScriptedAnswer[]): void {
    for (const answer of answers) this.#lines.push({ match, answer });
  }

  async answer(request: ApiRequest, normal: () => Promise<Answer>): Promise<Answer> {
    const index = this.#lines.findIndex(({ match }) => matches(match, request));
    const [line] = index === -1 ? [] : this.#lines.splice(index, 1);
    if (line === undefined) return normal();
    return typeof line.answer === 'function' ? line.answer(request, normal) : line.answer;
  }
}

function matches(match: Match, request: ApiRequest): boolean {
  if (typeof match === 'function') return match(request);
  const fields = ['verb', 'resource', 'namespace', 'name', 'path'] as const;
  return fields.every((field) => (match[field] ?? request[field]) === request[field]);
}
