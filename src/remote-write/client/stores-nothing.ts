import { pageTitle } from './quote-answer.ts';

/** Paths that answer 2xx to remote write without storing it, mostly of VictoriaMetrics: imports and status pages. */
const otherPaths =
  /\/api\/v1\/import(?:\/|$)|\/(?:datadog|zabbixconnector)\/|\/(?:metrics|health|targets|flags|vmui|-\/healthy|-\/ready)\/?$/;

interface Success {
  readonly body: string;
  /** Path of a remote-write URL. Absent for other protocols. */
  readonly path?: string | undefined;
}

/** Explains why a success cannot be one. Returns undefined if it can. */
export function whyNothingIsStored({ body, path = '' }: Success): string | undefined {
  const title = pageTitle(body);
  if (title !== undefined) {
    const page = title === '' ? 'an HTML page' : `an HTML page titled "${title}"`;
    return `${page}, which receivers do not send; it may be a login page, so check the URL and the credentials`;
  }
  return otherPaths.test(path)
    ? `the path ${path} does not store remote write; use the receiver's path, such as /api/v1/write`
    : undefined;
}
