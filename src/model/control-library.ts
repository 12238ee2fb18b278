import library from './control-library.json' with { type: 'json' };

interface LibraryControl {
  readonly name: string;
  /** Score factor, which decides the severity. Absent if unknown. */
  readonly score?: number;
}

const controls: ReadonlyMap<string, LibraryControl> = new Map(Object.entries(library.controls));
const frameworks: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(library.frameworks).map(([name, ids]) => [name, new Set(ids)]),
);

/** Name of a control of Kubescape's own library. Empty if it is not there, such as a control of a user. */
export function libraryNameOf(id: string): string {
  return controls.get(id)?.name ?? '';
}

/** Score factor of a control of Kubescape's own library, 0 if unknown. */
export function libraryScoreOf(id: string): number {
  return controls.get(id)?.score ?? 0;
}

/** IDs of the controls in a framework, whatever the case of its name. `undefined` for an unknown framework. */
export function controlsOfFramework(name: string): ReadonlySet<string> | undefined {
  const wanted = name.toLowerCase();
  return [...frameworks].find(([own]) => own.toLowerCase() === wanted)?.[1];
}

export const frameworkNames: readonly string[] = [...frameworks.keys()];
