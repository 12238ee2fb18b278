import { startFakeStorage } from '../../test/support/fake-storage/fake-storage.ts';
import { generatePostures } from '../../test/support/fake-storage/generate-postures.ts';
import type { StorageObject } from '../../test/support/fake-storage/stored-object.ts';

// Serves configuration scans in a separate process, so that its work does not count as the reader's.
// Arguments: the number of workloads, and `details` to serve details as well.
const [workloads = '10000', details = ''] = process.argv.slice(2);

const fixPath = {
  failedPath: '',
  fixPath: 'spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation',
  fixPathValue: 'false',
  fixCommand: '',
};

const summaries = [
  ...generatePostures({ seed: 7, workloads: Number(workloads), rbac: 0, clusterScoped: 0 }),
];
const storage = await startFakeStorage({
  objects: details === 'details' ? summaries.map(toDetail) : [],
  postures: summaries,
  cachesPages: true,
  quirks: { compress: false },
});
process.send?.({ url: storage.url });
process.on('message', () => void storage.close().then(() => process.exit(0)));

/** About 5 kB, as in a real cluster. */
function toDetail({ metadata, spec }: (typeof summaries)[number]): StorageObject {
  const controls = Object.entries(spec.controls).map(([id, control]) => {
    const { status, subStatus } = control.status;
    const rule = {
      name: 'set-procmount-default',
      status: { status, subStatus },
      controlConfigurations: {},
      paths: [fixPath, fixPath],
      appliedIgnoreRules: null,
      relatedResourcesIDs: null,
    };
    return [id, { ...control, name: 'Allow privilege escalation', rules: [rule] }] as const;
  });
  return {
    kind: 'WorkloadConfigurationScan',
    metadata,
    spec: { controls: Object.fromEntries(controls), relatedObjects: null },
  };
}
