import * as z from 'zod';

import type { PostureScan } from '../model/posture-scan.ts';
import { spellWorkloadKind } from '../model/workload-kind.ts';

const text = z.string().nullish();

/** A Kubernetes object, or the subject of an RBAC result, whose name is a field next to its kind. */
const ReportedObject = z
  .object({
    kind: text,
    name: text,
    namespace: text,
    metadata: z.object({ name: text, namespace: text }).nullish(),
  })
  .nullish();
type ReportedObject = z.infer<typeof ReportedObject>;

/** A resource in the output of `kubescape scan`. */
export const ReportedResource = z.object({ resourceID: z.string(), object: ReportedObject });

type Identity = Pick<PostureScan, 'namespace' | 'workloadKind' | 'workload'>;

/** @param object Absent if the report contains no resources. Then only the ID identifies the resource. */
export function identifyResource(id: string, object: ReportedObject): Identity {
  const { kind, name, namespace, metadata } = object ?? {};
  const workload = metadata?.name || name;
  if (!kind || !workload) return parseResourceId(id);
  return {
    namespace: metadata?.namespace || namespace || '',
    workloadKind: spellWorkloadKind(kind),
    workload,
  };
}

const RBAC = '/rbac.authorization.k8s.io/v1/';

/**
 * An ID such as `apps/v1/web/Deployment/proxy`, or `/v1//Node/n1` without a group and a namespace. For
 * resources from files, the ID has the prefix `path=…/api=`. In an RBAC result, the IDs of a role and a
 * binding follow the subject, whose ID has no version:
 * `/web/ServiceAccount/dns/rbac.authorization.k8s.io/v1/web/Role/…`.
 */
function parseResourceId(id: string): Identity {
  const [first = '', ...objects] = id.replace(/^path=[^=]*\/api=/, '').split(RBAC);
  const parts = first.split('/');
  const [namespace = '', kind = '', ...names] = parts.slice(objects.length > 0 ? 1 : 2);
  const workload = names.join('/');
  if (workload === '') return { namespace: '', workloadKind: '', workload: id };
  return { namespace, workloadKind: spellWorkloadKind(kind), workload };
}
