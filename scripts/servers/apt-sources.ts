/** One enabled repository of binary packages in apt's configuration. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Unparsed value of `Signed-By`: keyring paths, fingerprints or a whole key block. */
  readonly signedBy: string | undefined;
}

/** Reads the deb822 format of `*.sources` files; see sources.list(5). */
export function parseDeb822(text: string): readonly AptSource[] {
  // A comment does not end a stanza.
  const uncommented = text.replaceAll(/^#.*\n?/gm, '');
  return uncommented
    .split(/\n\s*\n/)
    .map(fieldsOf)
    .filter((fields) => isEnabled(fields) && words(fields.get('types')).includes('deb'))
    .map((fields) => ({
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      signedBy: fields.get('signed-by'),
    }));
}

/** Reads the one-line format of `sources.list` and `*.list` files; see sources.list(5). */
export function parseOneLine(text: string): readonly AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s+)?(?<rest>[^#]+)/.exec(line);
    const [uri, suite, ...components] = words(match?.groups?.['rest']);
    if (uri === undefined || suite === undefined) return [];
    const options = words(match?.groups?.['options']);
    const signedBy = options.find((option) => option.startsWith('signed-by='));
    return [
      {
        uris: [uri],
        suites: [suite],
        components,
        signedBy: signedBy?.slice('signed-by='.length).replaceAll(',', ' '),
      },
    ];
  });
}

/** Values keep their continuation lines, because key blocks need them. */
function fieldsOf(stanza: string): ReadonlyMap<string, string> {
  const fields = stanza.matchAll(/^(?<name>[\w-]+):(?<value>.*(?:\n[ \t].*)*)/gm);
  return new Map(
    Array.from(fields, ({ groups }) => [
      groups?.['name']?.toLowerCase() ?? '',
      groups?.['value']?.trim() ?? '',
    ]),
  );
}

function isEnabled(fields: ReadonlyMap<string, string>): boolean {
  return !/^(?:no|false|off|0)$/i.test(fields.get('enabled') ?? 'yes');
}

function words(text = ''): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
