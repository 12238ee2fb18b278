import { advisory } from './entry.ts';

/** Fictitious vulnerabilities for the example. */
export const GO_STDLIB = {
  frames: advisory(
    ['CVE-2025-90501', 'High'],
    'The HTTP/2 server goes on reading headers of a request that it has already decided to refuse. A client can keep it busy at little cost to itself.',
  ),
  cookies: advisory(
    ['CVE-2025-90504', 'Medium'],
    'The number of cookies in a request is not limited. Parsing hundreds of thousands of empty cookies exhausts the memory.',
  ),
  archive: advisory(
    ['CVE-2024-90507', 'Medium'],
    'A zip file whose directory disagrees with its entries is read in another way than other programs read it, so that a check before unpacking sees other files.',
  ),
  address: advisory(
    ['CVE-2024-90509', 'Critical'],
    'Addresses of the IPv6 space that stand for IPv4 ones are not recognised as local or private. A filter that relies on this lets requests through to hosts inside.',
  ),
};

export const GO_NET = {
  html: advisory(
    ['CVE-2024-90520', 'High'],
    'Parsing crafted HTML takes time that grows with the square of the input, because each misplaced tag searches all open elements.',
    { github: true },
  ),
  proxy: advisory(
    ['CVE-2025-90523', 'Medium'],
    'A zone in an IPv6 address takes part in matching the list of hosts that bypass the proxy, so that a request may avoid the proxy.',
    { github: true },
  ),
};

export const GO_CRYPTO = advisory(
  ['CVE-2024-90531', 'Critical'],
  'A server that judges a connection by the key offered last can be misled: a client offers two public keys and proves that it owns only the first.',
  { github: true },
);

export const GRPC = advisory(
  ['CVE-2024-90540', 'High'],
  'Streams that a client opens and resets at once do not count against the limit of streams in use, so that a single client takes up all workers.',
  { github: true },
);

export const JWT = advisory(
  ['GHSA-6xmc-35pm-29q5', 'High'],
  'A token with a great many dots is split into as many strings before its form is checked, which costs memory for every unauthenticated request.',
);

export const PROMETHEUS_CLIENT = advisory(
  ['CVE-2022-90545', 'Medium'],
  'Requests with invented HTTP methods each open a new time series, so that anyone can grow the memory of an instrumented server.',
  { github: true },
);

export const LODASH = {
  template: advisory(
    ['CVE-2021-90601', 'High'],
    'Names given to the template function go into generated source unescaped, which is a command injection where those names come from a user.',
    { github: true, rce: true },
  ),
  trim: advisory(
    ['CVE-2021-90604', 'Medium'],
    'Trimming a long run of blanks takes time that grows with the square of its length.',
    { github: true },
  ),
};

export const AXIOS = advisory(
  ['CVE-2025-90611', 'High'],
  'A path that begins with two slashes is taken for an absolute address, even where a base address was set. Requests and the credentials they carry may go to another host.',
  { github: true },
);

export const PATH_TO_REGEXP = advisory(
  ['CVE-2024-90615', 'High'],
  'Two parameters in one path segment produce a pattern that tries exponentially many ways to match. One long address stops the event loop.',
  { github: true },
);

export const BRACES = advisory(
  ['GHSA-5wc3-9cp8-3f3h', 'Medium'],
  'Unbalanced braces are parsed again and again without a limit on depth, until the heap is full.',
);

export const NODE = {
  permissions: advisory(
    ['CVE-2025-90620', 'High'],
    'Under the permission model a relative path with dots is compared before it is resolved, so that files outside the allowed folders can be read.',
  ),
  batch: advisory(
    ['CVE-2024-90622', 'Medium'],
    'Arguments to a child process are quoted for the wrong shell on one platform. Containers on Linux are listed as affected by version only.',
  ),
};

export const LOG4J = {
  lookup: advisory(
    ['CVE-2021-90228', 'Critical'],
    'Text that is logged may ask Log4j to look up a value from a directory server. A message chosen by an attacker makes the process load a class from there: remote code execution without log-in.',
    { github: true, rce: true },
  ),
  context: advisory(
    ['CVE-2021-90246', 'Critical'],
    'The first repair left look-ups in thread context values open. With some layouts an attacker still reaches code execution, with others the process stops answering.',
    { github: true, rce: true },
  ),
  recursion: advisory(
    ['CVE-2021-90305', 'Medium'],
    'A value that refers to itself causes endless recursion until the stack overflows.',
    { github: true },
  ),
};

export const JACKSON = advisory(
  ['CVE-2022-90700', 'High'],
  'Deeply nested arrays are bound by calling the same method once per level. A small document is enough to overflow the stack.',
  { github: true },
);

export const SPRING = {
  binding: advisory(
    ['CVE-2022-90711', 'Critical'],
    'Binding request parameters to an object reaches the class loader behind it. Where the application is deployed as an archive, parameters can change its log settings and so run arbitrary code.',
    { github: true, rce: true },
  ),
  paths: advisory(
    ['CVE-2024-90716', 'High'],
    'Static files are served by a path that is cleaned before it is decoded, which lets a request climb out of the folder.',
    { github: true },
  ),
};

export const SNAKEYAML = advisory(
  ['CVE-2022-90725', 'High'],
  'The default constructor creates any class that a document names. Documents from others can therefore do what the constructors of those classes do.',
  { github: true },
);

export const TOMCAT = advisory(
  ['CVE-2025-90730', 'High'],
  'The end of an upload with an incomplete part is never noticed, and its temporary file stays on the disk until that is full.',
  { github: true },
);

export const DJANGO = advisory(
  ['CVE-2024-90741', 'Critical'],
  'Column names for a query on JSON fields are taken from user input unquoted, so that the input becomes part of the statement.',
  { github: true },
);

export const JINJA = advisory(
  ['CVE-2025-90745', 'High'],
  'A template can reach the format method of a string indirectly and leave the sandbox. Services that render templates of their users are open to code injection.',
  { github: true, rce: true },
);

export const URLLIB = advisory(
  ['CVE-2024-90749', 'Medium'],
  'The header with the credentials for a proxy is kept across a redirect to another host.',
  { github: true },
);

export const SETUPTOOLS = advisory(
  ['CVE-2025-90752', 'High'],
  'The name of a downloaded package may contain a path, and the file is written there.',
  { github: true },
);

export const NGINX = {
  mp4: advisory(
    ['CVE-2024-90801', 'Medium'],
    'The module that seeks in videos trusts a table of chunks. A crafted file on the server makes a worker read beyond it and restart.',
  ),
  quic: advisory(
    ['CVE-2024-90804', 'High'],
    'With the experimental HTTP/3 module a packet in an unexpected order ends the worker process.',
  ),
  annotation: advisory(
    ['CVE-2025-90807', 'Critical'],
    'An annotation on an Ingress is copied to the configuration without a check. A user who may create Ingresses can inject arbitrary commands, which run with the permissions of the controller.',
    { rce: true },
  ),
};

export const REDIS = {
  lua: advisory(
    ['CVE-2025-90815', 'High'],
    'A script can keep a reference to an object that the garbage collector has released. A user who may run scripts can get code execution in the server.',
    { rce: true },
  ),
  acl: advisory(
    ['CVE-2024-90818', 'Unknown'],
    'A selector with a malformed range of keys is accepted and allows more keys than it names.',
  ),
};

export const POSTGRESQL = {
  search: advisory(
    ['CVE-2024-90821', 'High'],
    'Between check and use a dumped object can be replaced by another of the same name, whose function then runs with the rights of the one who dumps.',
  ),
  statistics: advisory(
    ['CVE-2024-90825', 'Low'],
    'Statistics of a column show the most frequent values to users who may not read the table.',
  ),
};

export const GRAFANA = advisory(
  ['CVE-2025-90830', 'High'],
  'A path that opens an editor accepts an address outside of the site and loads a plugin from there into the session of the user who follows the link.',
);
