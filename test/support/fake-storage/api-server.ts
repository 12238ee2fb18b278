import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import type { Authenticate, Forbid } from './access.ts';
import { DEFAULT_USER, review } from './access.ts';
import type { Answer } from './answer.ts';
import { json, plainText } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import {
  forbidden,
  initialEventsForbidden,
  methodNotAllowed,
  notAcceptable,
  notFound,
  unauthorized,
  unknownResource,
} from './api-status.ts';
import type { ApiServiceState } from './discovery.ts';
import { discover, refusedByState } from './discovery.ts';
import { faults } from './faults.ts';
import type { Reader } from './read-objects.ts';
import { getObject, listObjects } from './read-objects.ts';
import { RequestQueue } from './request-queue.ts';
import { GROUP, isResourceName, VERSION } from './resources.ts';
import type { ResourceName } from './resources.ts';
import { createObject, writeObject } from './write-objects.ts';

export interface ApiServerOptions extends Reader {
  readonly authenticate: Authenticate;
  readonly forbid: Forbid;
  readonly kubescapeNamespace: string;
  readonly clusterData: unknown;
}

const Created = z.object({ metadata: z.object({ name: z.string() }) });

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** The API server with the storage behind it: maps requests to answers. */
export class ApiServer {
  apiService: ApiServiceState = 'up';
  readonly #options: ApiServerOptions;
  readonly #queues = new Map<ResourceName, RequestQueue>();

  constructor(options: ApiServerOptions) {
    this.#options = options;
  }

  async answer(request: ApiRequest, message: IncomingMessage): Promise<Answer> {
    const { authenticate, forbid } = this.#options;
    const login = authenticate(message);
    if (login === false) return unauthorized();

    const known = discover(request.path, this.apiService);
    if (known !== undefined) return known;
    if (request.path === REVIEWS && request.method === 'POST') {
      return review(await text(message), forbid);
    }
    if (forbid(request.verb, request.resource, request.namespace)) {
      return forbidden(request, login === true ? DEFAULT_USER : login.user);
    }
    return this.#answerAllowed(request, message);
  }

  async #answerAllowed(request: ApiRequest, message: IncomingMessage): Promise<Answer> {
    const { group, resource, name } = request;
    if (group === '' && resource === 'configmaps' && name !== undefined) {
      return this.#configMap(request);
    }
    if (group !== GROUP) return plainText(404, '404 page not found');

    return refusedByState(this.apiService) ?? this.#answerStorage(request, message);
  }

  async #answerStorage(request: ApiRequest, message: IncomingMessage): Promise<Answer> {
    const { version, resource, method, headers } = request;
    if (version !== VERSION || !isResourceName(resource)) return unknownResource();
    if (method === 'HEAD') return methodNotAllowed();
    if (!isServed(headers.accept)) return notAcceptable();
    if (method !== 'GET') return this.#write(request, resource, message);
    return request.verb === 'watch'
      ? this.#watch(request, resource)
      : this.#read(request, resource, message);
  }

  #configMap(request: ApiRequest): Answer {
    const { clusterData, kubescapeNamespace: namespace } = this.#options;
    const { name } = request;
    const exists = name === 'ks-cloud-config' && request.namespace === namespace;
    if (clusterData === undefined || !exists) return notFound(request);
    return json(200, {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name, namespace },
      data: {
        clusterData: typeof clusterData === 'string' ? clusterData : JSON.stringify(clusterData),
      },
    });
  }

  #watch({ query, namespace }: ApiRequest, resource: ResourceName): Answer {
    if (query['sendInitialEvents'] === 'true') return initialEventsForbidden();
    const seconds = Number(query['timeoutSeconds'] ?? 0);
    const silent = namespace !== undefined && this.#options.quirks.namespacedWatch === 'silent';
    return {
      watch: {
        resource,
        namespace,
        silent,
        fullSpec: query['resourceVersion'] === 'fullSpec',
        timeoutMs: seconds > 0 ? seconds * 1000 : undefined,
      },
    };
  }

  async #write(
    request: ApiRequest,
    resource: ResourceName,
    message: IncomingMessage,
  ): Promise<Answer> {
    const { store } = this.#options;
    if (request.method !== 'POST') return writeObject(store, request, resource);
    const { metadata } = Created.parse(JSON.parse(await text(message)));
    return createObject(store, request, { resource, name: metadata.name });
  }

  /** Waits for a worker, which also sends the answer. Requests for metadata do not wait. */
  async #read(
    request: ApiRequest,
    resource: ResourceName,
    message: IncomingMessage,
  ): Promise<Answer> {
    const answer = request.verb === 'get' ? getObject : listObjects;
    if (request.query['resourceVersion'] === 'metadata') {
      return answer(this.#options, request, resource);
    }

    const onSent = await this.#queue(resource).enter();
    if (onSent === undefined) return faults.queueFull;
    if (!message.socket.destroyed) await this.#work(request);
    if (message.socket.destroyed) {
      onSent();
      return 'reset';
    }
    return { ...answer(this.#options, request, resource), onSent };
  }

  async #work(request: ApiRequest): Promise<void> {
    const latencyMs = this.#options.quirks.latencyMs(request);
    if (latencyMs > 0) await sleep(latencyMs, undefined, { ref: false });
  }

  #queue(resource: ResourceName): RequestQueue {
    const queue =
      this.#queues.get(resource) ?? new RequestQueue(this.#options.quirks.queue(resource));
    this.#queues.set(resource, queue);
    return queue;
  }
}

function isServed(accept = '*/*'): boolean {
  return /json|yaml|protobuf|\*\/\*|application\/\*/.test(accept);
}
