const FETCH_MS = 5_000;

/**
 * A page of Prometheus with the query filled in. Distributions may ship Prometheus without its web
 * pages, as Debian does; then the address is the API's, which any browser shows as well.
 */
export async function placeToLook(url: string, promql: string): Promise<string> {
  const query = encodeURIComponent(promql);
  const page = `${url}/graph?g0.expr=${query}`;
  const response = await fetch(page, { signal: AbortSignal.timeout(FETCH_MS) });
  await response.body?.cancel();
  if (response.ok) return `Look at it here:\n  ${page}`;
  return `This build of Prometheus has no web pages; its API answers here:\n  ${url}/api/v1/query?query=${query}`;
}
