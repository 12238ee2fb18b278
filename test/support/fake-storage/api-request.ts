import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as the API server sees it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly verb: Verb;
  /** This field and the next four are empty unless the request is for a resource. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Undefined at the cluster scope. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'delete';

type Target = Pick<ApiRequest, 'group' | 'version' | 'resource' | 'namespace' | 'name'>;

const NO_TARGET: Target = {
  group: '',
  version: '',
  resource: '',
  namespace: undefined,
  name: undefined,
};

export function parseRequest({ method = 'GET', url = '/', headers }: IncomingMessage): ApiRequest {
  const { pathname, searchParams } = new URL(url, 'http://fake');
  const query = Object.fromEntries(searchParams);
  const target = parseTarget(pathname);
  return { method, path: pathname, query, headers, verb: verbOf(method, query, target), ...target };
}

/** `/apis/<group>/<version>/[namespaces/<namespace>/]<resource>[/<name>]`, core group: `/api/<version>/…`. */
function parseTarget(path: string): Target {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  // The core group has no name in a path.
  const [root, group = '', version = '', ...rest] =
    parts[0] === 'api' ? ['apis', '', ...parts.slice(1)] : parts;
  if (root !== 'apis') return NO_TARGET;
  if (rest[0] !== 'namespaces' || rest.length < 3) {
    return { group, version, resource: rest[0] ?? '', namespace: undefined, name: rest[1] };
  }
  return { group, version, resource: rest[2] ?? '', namespace: rest[1], name: rest[3] };
}

function verbOf(method: string, query: ApiRequest['query'], { name }: Target): Verb {
  if (method === 'POST') return 'create';
  if (method === 'DELETE') return 'delete';
  if (method !== 'GET') return 'update';
  if (name !== undefined) return 'get';
  return ['true', '1'].includes(query['watch'] ?? '') ? 'watch' : 'list';
}
