import { isHarmless, type SkipReason, skipReasons } from '../../src/sources/skipped-report.ts';
import { alignedTable, code } from './markdown.ts';

const meanings: Readonly<Record<SkipReason, string>> = {
  binary: 'The file is not text.',
  deleted: 'The object was deleted between listing and reading it.',
  duplicate:
    'Another result for the same object or image counts. See [which](sources.md#which-results-belong-to-one-image).',
  empty: 'The file or folder is empty.',
  empty_framework: 'No control of the framework applied to a resource. Its score is left out.',
  invalid_json: 'The document is not valid JSON.',
  invalid_shape: 'A field is missing or has the wrong type.',
  invalid_yaml: 'The document is not valid YAML.',
  metadata_only: 'The document has no contents. Export it with `resourceVersion=fullSpec`.',
  no_controls: 'The configuration scan lists no controls, so its resource is left out.',
  stale_details:
    'The WorkloadConfigurationScan is older than its summary, which is used instead. Fixed controls may still count as failed.',
  stub: 'The object has no results yet.',
  too_deep: 'The document is nested too deeply.',
  too_large: 'The document is larger than `max_document_size`.',
  truncated: 'The document ends too early.',
  unknown_kind: 'The document is not a scan result.',
  unknown_severity:
    'Some findings have a severity that is not listed here. They count as `Unknown`.',
  unread_file: 'Files in the folder may contain scan results, but have names that are not read.',
  unreadable: 'The file or object cannot be read. The last values of an object stay.',
  unscanned: 'Kubescape could not scan the image.',
  zero_valued:
    'The storage could not read an object and did not name it. No series is ended in this run.',
};

/** Generates the section about the values of the label `reason`. */
export function skipReasonsSection(): string {
  const rows = skipReasons.map((reason) => [
    code(reason),
    isHarmless(reason) ? 'only with `strict`' : 'yes',
    meanings[reason],
  ]);
  return `## Reasons for skipping a report

\`kubescape_push_reports_skipped\` counts reports by these reasons. Most make the run incomplete, which means exit
code 5. Reasons that also occur in healthy clusters do so only with \`strict\`.

${alignedTable(['reason', 'incomplete', 'meaning'], rows)}`;
}
