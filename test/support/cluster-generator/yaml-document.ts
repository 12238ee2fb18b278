import { stringify } from 'yaml';

/** Writes an object as `kubectl get -o yaml` does: every value in full, however often it occurs, and dates in quotes. */
export function yamlDocument(object: unknown): string {
  return stringify(object, { aliasDuplicateObjects: false, version: '1.1' });
}
