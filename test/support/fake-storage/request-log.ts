import type { Answer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';

/** A request and the status of its answer. */
export interface LoggedRequest extends ApiRequest {
  /** Arrival, in milliseconds of `performance.now()`. */
  readonly at: number;
  /** `undefined` until the request is answered. */
  readonly status: number | undefined;
}

/** All requests in the order of their arrival. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  readonly #inFlight = new Map<string, number>();
  readonly #inFlightMax = new Map<string, number>();

  arrived(request: ApiRequest): number {
    this.#count(request, 1);
    return this.requests.push({ ...request, at: performance.now(), status: undefined }) - 1;
  }

  answered(index: number, answer: Answer): void {
    const request = this.requests[index];
    if (request === undefined || typeof answer === 'string') return;
    this.requests[index] = { ...request, status: 'watch' in answer ? 200 : answer.status };
  }

  left(request: ApiRequest): void {
    this.#count(request, -1);
  }

  /** Maximum number of concurrent requests for a resource, including queued ones, without watches. */
  inFlightMax(resource: string): number {
    return this.#inFlightMax.get(resource) ?? 0;
  }

  #count({ resource, verb }: ApiRequest, change: number): void {
    if (verb === 'watch') return;
    const now = (this.#inFlight.get(resource) ?? 0) + change;
    this.#inFlight.set(resource, now);
    this.#inFlightMax.set(resource, Math.max(now, this.inFlightMax(resource)));
  }
}
