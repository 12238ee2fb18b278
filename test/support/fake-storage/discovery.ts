import type { Response } from './answer.ts';
import { json, plainText } from './answer.ts';
import { GROUP, RESOURCE_NAMES, RESOURCES, VERSION } from './resources.ts';

/** Whether the storage answers, does not answer, or was never installed. */
export type ApiServiceState = 'up' | 'down' | 'absent';

const GROUP_VERSION = { groupVersion: `${GROUP}/${VERSION}`, version: VERSION };
const API_GROUP = { name: GROUP, versions: [GROUP_VERSION], preferredVersion: GROUP_VERSION };

/** Answers discovery requests; `undefined` for others. */
export function discover(path: string, state: ApiServiceState): Response | undefined {
  if (path === '/version') return json(200, VERSION_INFO);
  if (path === '/apis') return json(200, groupList(state));
  if (['/healthz', '/livez', '/readyz'].includes(path)) {
    return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'ok' };
  }
  return path.startsWith(`/apis/${GROUP}`) ? discoverGroup(path, state) : undefined;
}

/** Answer to requests for the storage while it is down or absent. */
export function refusedByState(state: ApiServiceState): Response | undefined {
  if (state === 'down') return plainText(503, 'service unavailable');
  if (state === 'absent') return plainText(404, '404 page not found');
  return undefined;
}

const VERSION_INFO = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.2',
  platform: 'linux/amd64',
};

function groupList(state: ApiServiceState): unknown {
  const groups = state === 'absent' ? [] : [API_GROUP];
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

function discoverGroup(path: string, state: ApiServiceState): Response | undefined {
  const answer = discoveryDocument(path);
  return answer === undefined ? undefined : (refusedByState(state) ?? json(200, answer));
}

function discoveryDocument(path: string): unknown {
  if (path === `/apis/${GROUP}`) return { kind: 'APIGroup', apiVersion: 'v1', ...API_GROUP };
  if (path !== `/apis/${GROUP}/${VERSION}`) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: GROUP_VERSION.groupVersion,
    resources: RESOURCE_NAMES.map((name) => ({
      name,
      singularName: RESOURCES[name].kind.toLowerCase(),
      namespaced: true,
      kind: RESOURCES[name].kind,
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
    })),
  };
}
