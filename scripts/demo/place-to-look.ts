const FETCH_MS = 5_000;

/**
 * Returns a link to Prometheus' web page with the query filled in, or to its API: Debian's build
 * has no web pages.
 */
export async function placeToLook(url: string, promql: string): Promise<string> {
  const query = encodeURIComponent(promql);
  const page = `${url}/graph?g0.expr=${query}`;
  const response = await fetch(page, { signal: AbortSignal.timeout(FETCH_MS) });
  await response.body?.cancel();
  if (response.ok) return `Open it in Prometheus:\n  ${page}`;
  return `This build of Prometheus has no web pages. Query its API instead:\n  ${url}/api/v1/query?query=${query}`;
}
