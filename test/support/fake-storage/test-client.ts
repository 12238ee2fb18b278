import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import { z } from 'zod';

import { GROUP, VERSION } from './resources.ts';

export const BASE = `/apis/${GROUP}/${VERSION}`;

const Item = z.looseObject({
  kind: z.string().optional(),
  apiVersion: z.string().optional(),
  metadata: z.looseObject({
    name: z.string().default(''),
    namespace: z.string().default(''),
    resourceVersion: z.string().optional(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.unknown(),
  status: z.unknown().optional(),
});

const List = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ continue: z.string().optional() }),
  items: z.array(Item).nullable(),
});

const WatchEvent = z.object({ type: z.string(), object: Item });
type WatchEvent = z.infer<typeof WatchEvent>;

interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface TestWatch {
  readonly status: number;
  /** `undefined` after the end of the watch. */
  readonly next: () => Promise<WatchEvent | undefined>;
  /** Resolves with the error that broke the connection, if any. */
  readonly broken: Promise<Error | undefined>;
}

interface Server {
  readonly url: string;
}

/** Returns one page of a list. The path starts after the group's version. */
export async function list({ url }: Server, path: string): Promise<z.infer<typeof List>> {
  const response = await fetch(`${url}${BASE}/${path}`);
  return List.parse(await response.json());
}

export async function get({ url }: Server, path: string): Promise<z.infer<typeof Item>> {
  const response = await fetch(`${url}${BASE}/${path}`);
  return Item.parse(await response.json());
}

/** Returns status and body of any answer. */
export async function ask(
  { url }: Server,
  path: string,
  init: RequestInit = {},
): Promise<TestAnswer> {
  const response = await fetch(`${url}${path}`, init);
  const { status, headers } = response;
  return { status, headers, body: await response.text() };
}

/** Returns the names on all pages. */
export async function namesOfAllPages(server: Server, path: string): Promise<string[][]> {
  const pages: string[][] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const page: z.infer<typeof List> = await list(
      server,
      token === '' ? path : `${path}&continue=${token}`,
    );
    pages.push((page.items ?? []).map(({ metadata }) => metadata.name));
    token = page.metadata.continue;
  }
  return pages;
}

/** Opens a watch. */
export async function watch({ url }: Server, path: string): Promise<TestWatch> {
  const response = await fetch(`${url}${BASE}/${path}`);
  const body = Readable.fromWeb(response.body ?? new ReadableStream());
  const lines = createInterface({ input: body })[Symbol.asyncIterator]();
  const broken = new Promise<Error | undefined>((resolve) => {
    body.once('error', resolve);
    body.once('end', () => resolve(undefined));
  });
  return {
    status: response.status,
    next: async () => {
      const line = await lines.next();
      return line.done === true ? undefined : WatchEvent.parse(JSON.parse(line.value));
    },
    broken,
  };
}
