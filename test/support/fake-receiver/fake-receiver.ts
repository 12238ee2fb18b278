import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { closeServer, listen } from '../network/listen.ts';
import { type Answer, isSuccess, sendAnswer } from './answer.ts';
import { checkHeaders, findProtocol } from './check-headers.ts';
import { checkSeries } from './check-series.ts';
import { decodeBody } from './decode-body.ts';
import type { DecodedRequest } from './decoded.ts';
import { Repeats } from './repeats.ts';
import { SampleStore, type StoredSample } from './sample-store.ts';

/** A strict remote-write receiver on 127.0.0.1 with configurable responses. */
export interface FakeReceiver {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Series of accepted requests, in order of arrival. */
  readonly samples: readonly StoredSample[];
  /** Every rule that a sender has broken, one sentence each. */
  readonly violations: readonly string[];
  /** Changes the answer to further requests. */
  answerWith(answer: Answer): void;
  close(): Promise<void>;
}

interface ReceivedRequest extends DecodedRequest {
  readonly headers: IncomingHttpHeaders;
  /** The compressed body, as received. */
  readonly body: Buffer;
  readonly answer: Answer;
  /** Milliseconds of `performance.now()`. */
  readonly atMs: number;
}

export interface FakeReceiverOptions {
  /** Answers to the first requests, in the order of their arrival. */
  readonly answers?: readonly Answer[];
  /** Answer to all later requests. By default, they are accepted. */
  readonly otherwise?: Answer;
  /**
   * Makes the receiver support only 1.0. If it `refuses`, it answers 415 to 2.0. If it `misreads`, it
   * treats a 2.0 request as an empty 1.0 request, stores nothing, and answers as always.
   */
  readonly onlyVersionOne?: 'refuses' | 'misreads';
}

const ACCEPTED: Answer = { status: 204 };

export async function startFakeReceiver(options: FakeReceiverOptions = {}): Promise<FakeReceiver> {
  const receiver = new Receiver(options);
  const server = createServer((request, response) => {
    void receiver
      .receive(request)
      .then(async (answer) => sendAnswer(response, answer))
      .catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    requests: receiver.requests,
    samples: receiver.store.samples,
    violations: receiver.violations,
    answerWith(answer) {
      receiver.otherwise = answer;
    },
    close: async () => closeServer(server),
  };
}

class Receiver {
  readonly requests: ReceivedRequest[] = [];
  readonly violations: string[] = [];
  readonly store = new SampleStore();
  otherwise: Answer;
  readonly #repeats = new Repeats();
  readonly #answers: Answer[];
  readonly #onlyVersionOne: FakeReceiverOptions['onlyVersionOne'];

  constructor({ answers = [], otherwise = ACCEPTED, onlyVersionOne }: FakeReceiverOptions) {
    this.#answers = [...answers];
    this.otherwise = otherwise;
    this.#onlyVersionOne = onlyVersionOne;
  }

  async receive(request: IncomingMessage): Promise<Answer> {
    const body = await buffer(request);
    const decoded = decodeBody(body, findProtocol(request));
    const scripted = this.#answers.shift() ?? this.otherwise;
    const isForeign = decoded.protocol === '2.0' && this.#onlyVersionOne !== undefined;
    const answer = isForeign ? this.#answerForeign(scripted) : addWrittenHeaders(scripted, decoded);
    this.violations.push(...checkHeaders(request));
    // Metadata has no timestamp and is the same in each cycle.
    const isTimed = decoded.families === undefined || decoded.series.length > 0;
    if (isTimed) this.violations.push(...this.#repeats.check(request, body, answer));
    if (!isForeign) this.#keep(decoded, answer);
    const { headers } = request;
    this.requests.push({ ...decoded, headers, body, answer, atMs: performance.now() });
    return answer;
  }

  #answerForeign(answer: Answer): Answer {
    if (typeof answer === 'string' || !isSuccess(answer)) return answer;
    return this.#onlyVersionOne === 'refuses' ? { status: 415 } : answer;
  }

  #keep({ series, violations, protocol }: DecodedRequest, answer: Answer): void {
    this.violations.push(...violations);
    for (const one of series) {
      this.violations.push(...checkSeries(one, protocol));
      if (isSuccess(answer)) this.violations.push(...this.store.add(one));
    }
  }
}

/** Adds the headers that a 2.0 receiver must send. Without them, a success means that 2.0 is not supported. */
function addWrittenHeaders(answer: Answer, { protocol, series }: DecodedRequest): Answer {
  if (protocol === '1.0' || typeof answer === 'string' || !isSuccess(answer)) return answer;
  const samples = series.reduce((sum, one) => sum + one.samples.length, 0);
  const written = {
    'X-Prometheus-Remote-Write-Samples-Written': String(samples),
    'X-Prometheus-Remote-Write-Histograms-Written': '0',
    'X-Prometheus-Remote-Write-Exemplars-Written': '0',
  };
  return { ...answer, headers: { ...written, ...answer.headers } };
}
