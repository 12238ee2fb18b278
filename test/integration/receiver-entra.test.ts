import { expect, it } from 'vitest';

import { messageOf, writerFor } from '../support/access/write-access.ts';
import { startForwardProxy } from '../support/network/forward-proxy.ts';

it.each`
  cloud                | host
  ${'AzurePublic'}     | ${'login.microsoftonline.com'}
  ${'AzureGovernment'} | ${'login.microsoftonline.us'}
  ${'AzureChina'}      | ${'login.chinacloudapi.cn'}
`('H13: contacts $host through the proxy of the receiver', async ({ cloud, host }: CloudCase) => {
  const proxy = await startForwardProxy({ status: 403 });
  const oauth = { client_id: 'c-1', client_secret: 's-1', tenant_id: 't-1' };
  const url = 'https://monitor.example/write';

  const result = await writerFor({
    url,
    azuread: { cloud, oauth },
    proxy_url: proxy.url,
  }).write();
  await proxy.close();

  expect(proxy.tunnels.map(({ target }) => target)).toEqual([`${host}:443`]);
  expect(messageOf(result)).toBe(
    `nothing was sent to ${url}: no answer from the token server https://${host}/t-1/oauth2/v2.0/token: the proxy answered 403`,
  );
});

interface CloudCase {
  readonly cloud: string;
  readonly host: string;
}
