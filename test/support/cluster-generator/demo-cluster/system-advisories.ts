import { advisory } from './entry.ts';

/** Fictitious vulnerabilities for the example. */
export const OPENSSL = {
  handshake: advisory(
    ['CVE-2024-90111', 'High'],
    'A TLS client that renegotiates many times makes OpenSSL keep every old session in memory. A server under such load grows until its container is stopped.',
  ),
  timing: advisory(
    ['CVE-2025-90204', 'Medium'],
    'Signing with some elliptic curves takes longer for certain nonces. On a quiet network an observer who collects many signatures learns a few bits of the key.',
  ),
  pkcs12: advisory(
    ['CVE-2024-90117', 'Low'],
    'OpenSSL follows a null pointer when a PKCS#12 file leaves out a field that the format allows to be empty. Only programs that load such files from strangers are affected.',
  ),
};

export const GLIBC = {
  iconv: advisory(
    ['CVE-2024-90230', 'High'],
    'Converting text to one of the Chinese character sets can write up to four bytes behind the output buffer. Programs that convert input chosen by others may crash or behave in unforeseen ways.',
  ),
  loader: advisory(
    ['CVE-2023-90391', 'High'],
    'The dynamic loader copies an over-long environment variable into a buffer of fixed size. A local user can gain the rights of a privileged program that way.',
  ),
  nscd: advisory(
    ['CVE-2024-90233', 'Medium'],
    'The name service cache stops when it receives a request for a group that does not exist while its cache is full.',
  ),
  regex: advisory(
    ['CVE-2021-90019', 'Negligible'],
    'A pattern with deeply nested groups makes the regular expression matcher use all of the stack. The maintainers see it as a matter of the program that accepts such patterns.',
  ),
};

export const ZLIB = advisory(
  ['CVE-2023-90485', 'Critical'],
  'The small archive library that comes along with zlib adds the lengths of file name and comment without a check. The sum wraps around, and the copy that follows overruns the heap.',
);

export const CURL = {
  cookies: advisory(
    ['CVE-2025-90320', 'Medium'],
    'curl sends a cookie set for one host to another host that shares its public suffix, if the host name was written with mixed case.',
  ),
  websocket: advisory(
    ['CVE-2025-90322', 'High'],
    'A WebSocket server can announce a frame longer than what it sends. curl then hands bytes from earlier, unrelated transfers to the program.',
  ),
  netrc: advisory(
    ['CVE-2024-90328', 'Low'],
    'After a redirect curl may use the password of the first host for the second one when both are listed without a user name.',
  ),
};

export const SYSTEMD = {
  coredump: advisory(
    ['CVE-2025-90130', 'Medium'],
    'A user who crashes a program at the right moment can read the core dump of a privileged process that took over its process id.',
  ),
  resolver: advisory(
    ['CVE-2023-90137', 'Negligible'],
    'The resolver accepts answers signed by a zone that is not the parent of the name asked for, if validation is set to be lenient.',
  ),
};

export const UTIL_LINUX = advisory(
  ['CVE-2024-90140', 'Low'],
  'Messages to other terminals are not cleaned of control characters, so that a user can change what another one sees.',
);

export const SHADOW = advisory(
  ['CVE-2023-90151', 'Low'],
  'When a password change is broken off, the new password stays in memory in clear text and may end up in a dump.',
);

export const PERL = {
  locale: advisory(
    ['CVE-2024-90160', 'High'],
    'Perl looks for a locale module in the current directory first when it was started in a special way. Someone who can write there has arbitrary code run by the next user.',
    { rce: true },
  ),
  cpan: advisory(
    ['CVE-2022-90168', 'Negligible'],
    'The archive module follows links while it unpacks, which lets an archive write beside the chosen directory.',
  ),
};

export const TAR = advisory(
  ['CVE-2021-90071', 'Negligible'],
  'tar does not warn when it restores files that run with the rights of their owner. This is long-standing behaviour.',
);

export const NCURSES = advisory(
  ['CVE-2023-90175', 'Low'],
  'A malformed terminal description makes the library read one byte before its table. Descriptions normally come from trusted packages.',
);

export const KRB5 = {
  token: advisory(
    ['CVE-2024-90180', 'Medium'],
    'An unwrapped message token with a changed length field is taken for a longer one, and the message appears cut off to the application.',
  ),
  leak: advisory(
    ['CVE-2024-90182', 'Negligible'],
    'Each failed negotiation leaves a small block of memory behind. Only services that never restart will notice.',
  ),
};

export const GNUTLS = advisory(
  ['CVE-2024-90190', 'Medium'],
  'Verifying a chain of certificates with the same issuer repeated takes time that grows with the square of its length.',
);

export const EXPAT = {
  recursion: advisory(
    ['CVE-2024-90291', 'High'],
    'A chain of entity references inside attributes makes expat call itself once per level. A document of a few kilobytes uses up the stack.',
  ),
  tokens: advisory(
    ['CVE-2024-90293', 'Medium'],
    'When a very large token arrives in small pieces, expat parses it again from its start for each piece, which keeps a processor busy.',
  ),
};

export const LIBXML2 = {
  reader: advisory(
    ['CVE-2024-90306', 'High'],
    'With validation and inclusion both turned on, the XML reader can use a node after it was freed.',
  ),
  schema: advisory(
    ['CVE-2025-90309', 'Critical'],
    'A schema that redefines its own types leaves a dangling pointer. Loading a hostile schema overwrites memory and, with some allocators, gives the author code execution.',
    { rce: true },
  ),
};

export const LIBXSLT = advisory(
  ['CVE-2025-90311', 'High'],
  'Sorting nodes by a key that is computed from another document can free that document too early.',
);

export const BUSYBOX = {
  awk: advisory(
    ['CVE-2023-90401', 'Medium'],
    'The awk applet uses a variable after it was freed if an assignment changes the field separator within its own expression.',
  ),
  wget: advisory(
    ['CVE-2025-90405', 'Medium'],
    'The wget applet prints terminal control sequences of a server unchanged, so that a listing can hide lines.',
  ),
};

export const NGHTTP2 = advisory(
  ['CVE-2024-90415', 'Medium'],
  'A peer may send an endless row of continuation frames. The library decodes them all to keep its tables in step, and the processor has no time for anything else.',
);

export const SQLITE = advisory(
  ['CVE-2025-90422', 'Medium'],
  'An aggregate with more terms than columns writes behind an array. The statement has to come from the attacker, which most applications do not allow.',
);

export const LDAP = advisory(
  ['CVE-2023-90430', 'High'],
  'A search filter with unbalanced brackets makes the client library read a null pointer, which ends the process.',
);

export const PAM = advisory(
  ['CVE-2024-90436', 'Medium'],
  'The module for private name spaces opens a directory without refusing links. A local user can block the log-in of others.',
);

export const PCRE = advisory(
  ['CVE-2022-90440', 'Low'],
  'The compiler for patterns reads a few bytes behind the pattern when a class ends in an escape.',
);
