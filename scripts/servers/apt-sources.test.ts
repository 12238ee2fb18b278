import { describe, expect, it } from 'vitest';

import { parseDeb822, parseOneLine } from './apt-sources.ts';
import { chooseDebianMirror } from './debian-mirror.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

describe('parseDeb822', () => {
  it('reads stanzas with comments and continuation lines', () => {
    const text = `# written by an installer
Types: deb deb-src
# a comment does not end the stanza
URIs: https://mirror.example/debian
Suites: bookworm
  bookworm-updates
Components: main contrib
signed-by: ${KEYRING}

Types: deb-src
URIs: https://sources.example/debian
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: https://off.example/debian
Suites: bookworm
Components: main
`;

    expect(parseDeb822(text)).toEqual([
      {
        uris: ['https://mirror.example/debian'],
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main', 'contrib'],
        signedBy: KEYRING,
      },
    ]);
  });

  it('keeps all lines of a key block', () => {
    const block = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBGPL\n -----END';

    const [source] = parseDeb822(
      `Types: deb\nURIs: https://mirror.example/debian\nSigned-By:\n ${block}\n`,
    );

    expect(source?.signedBy).toBe(block);
  });
});

describe('parseOneLine', () => {
  it('reads options and components and ignores other lines', () => {
    const text = `
# deb https://off.example/debian bookworm main
deb-src https://sources.example/debian bookworm main
deb [ arch=amd64 signed-by=${KEYRING} ] https://mirror.example/debian bookworm main contrib # note
deb https://plain.example/debian bookworm main
`;

    expect(parseOneLine(text)).toEqual([
      {
        uris: ['https://mirror.example/debian'],
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: KEYRING,
      },
      {
        uris: ['https://plain.example/debian'],
        suites: ['bookworm'],
        components: ['main'],
        signedBy: undefined,
      },
    ]);
  });
});

describe('chooseDebianMirror', () => {
  it.each`
    what                                       | lines                                                                                                      | uri
    ${'skips security'}                        | ${['https://a.example/debian-security bookworm-security main', 'https://b.example/debian/ bookworm main']} | ${'https://b.example/debian/'}
    ${"skips other vendors' repositories"}     | ${['https://vendor.example bookworm main', 'https://b.example/debian bookworm main']}                      | ${'https://b.example/debian'}
    ${'skips repositories without main'}       | ${['https://docker.example/linux/debian bookworm stable']}                                                 | ${undefined}
    ${'skips installation media'}              | ${['cdrom:[debian]/debian bookworm main']}                                                                 | ${undefined}
    ${'accepts a list of mirrors'}             | ${['mirror+file:/etc/apt/mirrors/debian.list bookworm main']}                                              | ${'mirror+file:/etc/apt/mirrors/debian.list'}
    ${"recognizes a proxy by Debian's key"}    | ${[`[signed-by=${KEYRING}] https://proxy.example/apt bookworm main`]}                                      | ${'https://proxy.example/apt'}
    ${'finds nothing on another distribution'} | ${['https://a.example/ubuntu noble main']}                                                                 | ${undefined}
  `('$what', ({ lines, uri }: { lines: readonly string[]; uri: string | undefined }) => {
    const sources = parseOneLine(lines.map((line) => `deb ${line}`).join('\n'));

    expect(chooseDebianMirror(sources)?.uri).toBe(uri);
  });
});
