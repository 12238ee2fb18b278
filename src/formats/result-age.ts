import type { ResultAge } from '../model/result-age.ts';
import { kubescapeValue, type ObjectMetadata } from './object-metadata.ts';

const MS_PER_SECOND = 1000;

/**
 * Returns the age of an API object: the time that the object states outside of its metadata, otherwise
 * the time in Kubescape's annotation, otherwise the creation of the object.
 */
export function ageOfObject(metadata: ObjectMetadata, ...stated: readonly unknown[]): ResultAge {
  const times = [...stated, scanTimeOf(metadata)].map(parseTime);
  const revision = Number(metadata.resourceVersion);
  return {
    scannedAtMs: times.find((time) => time !== undefined),
    createdAtMs: parseTime(metadata.creationTimestamp),
    revision: Number.isSafeInteger(revision) ? revision : undefined,
  };
}

/** Converts a number or a date to milliseconds since the Unix epoch. Go's zero time means unknown. */
export function parseTime(time: unknown): number | undefined {
  const timeMs = typeof time === 'string' ? Date.parse(time) : time;
  return typeof timeMs === 'number' && timeMs > 0 && Number.isFinite(timeMs) ? timeMs : undefined;
}

/** The annotation `kubescape.io/timestamp` is in seconds. */
function scanTimeOf(metadata: ObjectMetadata): number {
  return Number(kubescapeValue(metadata, 'timestamp')) * MS_PER_SECOND;
}
