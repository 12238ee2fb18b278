import { stringify } from 'yaml';

/** Writes an object like `kubectl get -o yaml`: without aliases, and with dates in quotes. */
export function yamlDocument(object: unknown): string {
  return stringify(object, { aliasDuplicateObjects: false, version: '1.1' });
}
