import type { Distro } from '../package.ts';
import type { Software } from './entry.ts';
import { fixedIn, notFixed, undecided, wontFix } from './entry.ts';
import {
  BUSYBOX,
  CURL,
  EXPAT,
  GLIBC,
  GNUTLS,
  KRB5,
  NCURSES,
  OPENSSL,
  PAM,
  PCRE,
  PERL,
  SHADOW,
  SYSTEMD,
  TAR,
  UTIL_LINUX,
  ZLIB,
} from './system-advisories.ts';

/** A base image. Images on it have its findings. */
export interface BaseImage {
  readonly distro: Distro;
  readonly software: readonly Software[];
}

export const DEBIAN_12: BaseImage = {
  distro: { name: 'debian', version: '12', idLike: ['debian'] },
  software: [
    {
      type: 'deb',
      source: 'openssl',
      version: '3.0.11-1~deb12u2',
      packages: ['libssl3', 'openssl'],
      vulnerabilities: [
        fixedIn('3.0.15-1~deb12u1', OPENSSL.handshake),
        wontFix(OPENSSL.timing),
        fixedIn('3.0.13-1~deb12u1', OPENSSL.pkcs12),
      ],
    },
    {
      type: 'deb',
      source: 'glibc',
      version: '2.36-9+deb12u3',
      packages: ['libc-bin', 'libc6'],
      vulnerabilities: [
        fixedIn('2.36-9+deb12u7', GLIBC.iconv),
        fixedIn('2.36-9+deb12u4', GLIBC.loader),
        notFixed(GLIBC.regex),
      ],
    },
    {
      type: 'deb',
      source: 'zlib',
      version: '1:1.2.13.dfsg-1',
      packages: ['zlib1g'],
      vulnerabilities: [wontFix(ZLIB)],
    },
    {
      type: 'deb',
      source: 'systemd',
      version: '252.17-1~deb12u1',
      packages: ['libsystemd0', 'libudev1'],
      vulnerabilities: [fixedIn('252.38-1~deb12u1', SYSTEMD.coredump), notFixed(SYSTEMD.resolver)],
    },
    {
      type: 'deb',
      source: 'util-linux',
      version: '2.38.1-5+b1',
      packages: ['libuuid1', 'mount'],
      vulnerabilities: [fixedIn('2.38.1-5+deb12u1', UTIL_LINUX)],
    },
    {
      type: 'deb',
      source: 'shadow',
      version: '1:4.13+dfsg1-1+b1',
      packages: ['login', 'passwd'],
      vulnerabilities: [notFixed(SHADOW)],
    },
    {
      type: 'deb',
      source: 'perl',
      version: '5.36.0-7',
      packages: ['perl-base'],
      vulnerabilities: [fixedIn('5.36.0-7+deb12u1', PERL.locale), notFixed(PERL.cpan)],
    },
    {
      type: 'deb',
      source: 'tar',
      version: '1.34+dfsg-1.2',
      vulnerabilities: [notFixed(TAR)],
    },
  ],
};

export const ALPINE_3_19: BaseImage = {
  distro: { name: 'alpine', version: '3.19', idLike: null },
  software: [
    {
      type: 'apk',
      source: 'openssl',
      version: '3.1.4-r2',
      packages: ['libcrypto3', 'libssl3'],
      vulnerabilities: [
        fixedIn('3.1.7-r0', OPENSSL.handshake),
        fixedIn('3.1.8-r0', OPENSSL.timing),
      ],
    },
    {
      type: 'apk',
      source: 'busybox',
      version: '1.36.1-r15',
      packages: ['busybox', 'ssl_client'],
      vulnerabilities: [fixedIn('1.36.1-r19', BUSYBOX.awk), undecided(BUSYBOX.wget)],
    },
  ],
};

export const UBI_9: BaseImage = {
  distro: { name: 'redhat', version: '9.4', idLike: ['fedora'] },
  software: [
    {
      type: 'rpm',
      source: 'openssl',
      version: '1:3.0.7-27.el9',
      packages: ['openssl-libs'],
      vulnerabilities: [fixedIn('1:3.0.7-28.el9_4', OPENSSL.handshake), wontFix(OPENSSL.timing)],
    },
    {
      type: 'rpm',
      source: 'glibc',
      version: '2.34-100.el9',
      packages: ['glibc', 'glibc-common'],
      vulnerabilities: [
        fixedIn('2.34-100.el9_4.2', GLIBC.iconv),
        fixedIn('2.34-100.el9_4.3', GLIBC.nscd),
      ],
    },
    {
      type: 'rpm',
      source: 'curl',
      version: '7.76.1-29.el9',
      packages: ['curl-minimal', 'libcurl-minimal'],
      vulnerabilities: [wontFix(CURL.netrc)],
    },
    {
      type: 'rpm',
      source: 'expat',
      version: '2.5.0-2.el9',
      vulnerabilities: [fixedIn('2.5.0-2.el9_4.1', EXPAT.recursion)],
    },
    {
      type: 'rpm',
      source: 'ncurses',
      version: '6.2-10.20210508.el9',
      packages: ['ncurses-libs'],
      vulnerabilities: [wontFix(NCURSES)],
    },
  ],
};

export const UBUNTU_22_04: BaseImage = {
  distro: { name: 'ubuntu', version: '22.04', idLike: ['debian'] },
  software: [
    {
      type: 'deb',
      source: 'openssl',
      version: '3.0.2-0ubuntu1.15',
      packages: ['libssl3', 'openssl'],
      vulnerabilities: [fixedIn('3.0.2-0ubuntu1.18', OPENSSL.handshake), notFixed(OPENSSL.timing)],
    },
    {
      type: 'deb',
      source: 'krb5',
      version: '1.19.2-2ubuntu0.3',
      packages: ['libk5crypto3', 'libkrb5-3'],
      vulnerabilities: [fixedIn('1.19.2-2ubuntu0.4', KRB5.token), notFixed(KRB5.leak)],
    },
    {
      type: 'deb',
      source: 'gnutls28',
      version: '3.7.3-4ubuntu1.4',
      packages: ['libgnutls30'],
      vulnerabilities: [fixedIn('3.7.3-4ubuntu1.6', GNUTLS)],
    },
    {
      type: 'deb',
      source: 'pam',
      version: '1.4.0-11ubuntu2.4',
      packages: ['libpam-modules', 'libpam0g'],
      vulnerabilities: [fixedIn('1.4.0-11ubuntu2.5', PAM)],
    },
    {
      type: 'deb',
      source: 'pcre3',
      version: '2:8.39-13ubuntu0.22.04.1',
      packages: ['libpcre3'],
      vulnerabilities: [notFixed(PCRE)],
    },
  ],
};

/** Minimal bases for images with one program. */
export const DISTROLESS: BaseImage = {
  distro: { name: 'debian', version: '12', idLike: ['debian'] },
  software: [],
};
