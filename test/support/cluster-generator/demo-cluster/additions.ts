import type { Software } from './entry.ts';
import { affectedBelow, fixedIn, notFixed, undecided, wontFix } from './entry.ts';
import {
  AXIOS,
  BRACES,
  DJANGO,
  GO_CRYPTO,
  GO_NET,
  GO_STDLIB,
  GRPC,
  JACKSON,
  JINJA,
  JWT,
  LODASH,
  LOG4J,
  NODE,
  PATH_TO_REGEXP,
  PROMETHEUS_CLIENT,
  SETUPTOOLS,
  SNAKEYAML,
  SPRING,
  TOMCAT,
  URLLIB,
} from './language-advisories.ts';
import { CURL, EXPAT, KRB5, LDAP, LIBXML2, LIBXSLT, NGHTTP2, SQLITE } from './system-advisories.ts';

/** Software that images add to their base: system packages and modules. */
export const DEBIAN_CURL: Software = {
  type: 'deb',
  source: 'curl',
  version: '7.88.1-10+deb12u4',
  packages: ['curl', 'libcurl4'],
  vulnerabilities: [
    fixedIn('7.88.1-10+deb12u8', CURL.websocket),
    notFixed(CURL.cookies),
    wontFix(CURL.netrc),
  ],
};

export const DEBIAN_XML: readonly Software[] = [
  {
    type: 'deb',
    source: 'expat',
    version: '2.5.0-1',
    packages: ['libexpat1'],
    vulnerabilities: [fixedIn('2.5.0-1+deb12u1', EXPAT.recursion), wontFix(EXPAT.tokens)],
  },
  {
    type: 'deb',
    source: 'libxml2',
    version: '2.9.14+dfsg-1.3~deb12u1',
    vulnerabilities: [
      fixedIn('2.9.14+dfsg-1.3~deb12u2', LIBXML2.reader),
      fixedIn('2.9.14+dfsg-1.3~deb12u2', LIBXML2.schema),
    ],
  },
  {
    type: 'deb',
    source: 'libxslt',
    version: '1.1.35-1',
    packages: ['libxslt1.1'],
    vulnerabilities: [fixedIn('1.1.35-1+deb12u1', LIBXSLT)],
  },
];

export const DEBIAN_DIRECTORY: readonly Software[] = [
  {
    type: 'deb',
    source: 'openldap',
    version: '2.5.13+dfsg-5',
    packages: ['libldap-2.5-0'],
    vulnerabilities: [wontFix(LDAP)],
  },
  {
    type: 'deb',
    source: 'krb5',
    version: '1.20.1-2+deb12u1',
    packages: ['libgssapi-krb5-2', 'libkrb5-3'],
    vulnerabilities: [fixedIn('1.20.1-2+deb12u2', KRB5.token), notFixed(KRB5.leak)],
  },
];

export const DEBIAN_SQLITE: Software = {
  type: 'deb',
  source: 'sqlite3',
  version: '3.40.1-2',
  packages: ['libsqlite3-0'],
  vulnerabilities: [notFixed(SQLITE)],
};

export const ALPINE_CURL: readonly Software[] = [
  {
    type: 'apk',
    source: 'curl',
    version: '8.5.0-r0',
    packages: ['curl', 'libcurl'],
    vulnerabilities: [fixedIn('8.9.0-r0', CURL.websocket), fixedIn('8.12.0-r0', CURL.cookies)],
  },
  {
    type: 'apk',
    source: 'nghttp2',
    version: '1.58.0-r0',
    packages: ['nghttp2-libs'],
    vulnerabilities: [fixedIn('1.58.0-r1', NGHTTP2)],
  },
];

/** The Go standard library, by compiler version. */
export function goStdlib(version: string, path: string): Software {
  return {
    type: 'go-module',
    source: 'stdlib',
    version,
    path,
    vulnerabilities: [
      fixedIn('1.23.8', GO_STDLIB.frames),
      fixedIn('1.24.6', GO_STDLIB.cookies),
      fixedIn('1.21.11', GO_STDLIB.archive),
      fixedIn('1.21.11', GO_STDLIB.address),
    ],
  };
}

export function goNet(version: string, path: string): Software {
  return goModule('golang.org/x/net', { version, path }, [
    fixedIn('0.33.0', GO_NET.html),
    fixedIn('0.36.0', GO_NET.proxy),
  ]);
}

export function goCrypto(version: string, path: string): Software {
  return goModule('golang.org/x/crypto', { version, path }, [fixedIn('0.31.0', GO_CRYPTO)]);
}

export function grpcGo(version: string, path: string): Software {
  return goModule('google.golang.org/grpc', { version, path }, [fixedIn('1.64.1', GRPC)]);
}

export function jwtGo(version: string, path: string): Software {
  return goModule('github.com/golang-jwt/jwt/v4', { version, path }, [fixedIn('4.5.2', JWT)]);
}

export function prometheusClient(version: string, path: string): Software {
  return goModule('github.com/prometheus/client_golang', { version, path }, [
    fixedIn('1.11.1', PROMETHEUS_CLIENT),
  ]);
}

export const STOREFRONT_MODULES: readonly Software[] = [
  npm('lodash', '4.17.19', [fixedIn('4.17.21', LODASH.template), fixedIn('4.17.21', LODASH.trim)]),
  npm('axios', '1.6.2', [fixedIn('1.8.2', AXIOS)]),
  npm('path-to-regexp', '0.1.7', [fixedIn('0.1.10', PATH_TO_REGEXP)]),
  npm('braces', '3.0.2', [fixedIn('3.0.3', BRACES)]),
  program('node', '20.11.0', [affectedBelow('20.18.2', NODE.permissions), undecided(NODE.batch)]),
];

export const LEDGER_JARS: readonly Software[] = [
  jar('log4j-core', '2.14.1', [
    fixedIn('2.15.0', LOG4J.lookup),
    fixedIn('2.16.0', LOG4J.context),
    fixedIn('2.17.0', LOG4J.recursion),
  ]),
  jar('jackson-databind', '2.12.6', [fixedIn('2.12.6.1', JACKSON)]),
  jar('spring-beans', '5.3.16', [fixedIn('5.3.18', SPRING.binding)]),
  jar('spring-webmvc', '5.3.16', [fixedIn('5.3.38', SPRING.paths)]),
  jar('snakeyaml', '1.29', [fixedIn('2.0', SNAKEYAML)]),
  jar('tomcat-embed-core', '9.0.60', [fixedIn('9.0.99', TOMCAT)]),
];

export const WORKER_PACKAGES: readonly Software[] = [
  wheel('django', '4.2.7', [fixedIn('4.2.15', DJANGO)]),
  wheel('jinja2', '3.1.2', [fixedIn('3.1.6', JINJA)]),
  wheel('urllib3', '2.0.7', [fixedIn('2.2.2', URLLIB)]),
  wheel('setuptools', '65.5.1', [fixedIn('78.1.1', SETUPTOOLS)]),
];

export function program(
  source: string,
  version: string,
  vulnerabilities: Software['vulnerabilities'],
): Software {
  return { type: 'binary', source, version, path: `/usr/local/bin/${source}`, vulnerabilities };
}

function goModule(
  source: string,
  build: { readonly version: string; readonly path: string },
  vulnerabilities: Software['vulnerabilities'],
): Software {
  return { type: 'go-module', source, ...build, vulnerabilities };
}

function npm(
  source: string,
  version: string,
  vulnerabilities: Software['vulnerabilities'],
): Software {
  const path = `/srv/app/node_modules/${source}/package.json`;
  return { type: 'npm', source, version, path, vulnerabilities };
}

function jar(
  source: string,
  version: string,
  vulnerabilities: Software['vulnerabilities'],
): Software {
  const path = `/app/lib/${source}-${version}.jar`;
  return { type: 'java-archive', source, version, path, vulnerabilities };
}

function wheel(
  source: string,
  version: string,
  vulnerabilities: Software['vulnerabilities'],
): Software {
  const path = `/usr/local/lib/python3.11/site-packages/${source}-${version}.dist-info/METADATA`;
  return { type: 'python', source, version, path, vulnerabilities };
}
