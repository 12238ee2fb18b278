// The minimum cost of reading: fetches every manifest, one at a time over one connection, and parses
// it with JSON.parse.
import http from 'node:http';

const root = '/apis/spdx.softwarecomposition.kubescape.io/v1beta1';
const [origin] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

let bytes = 0;
for (const name of await names()) {
  await get(`${root}/namespaces/kubescape/vulnerabilitymanifests/${name}`);
}
for (let token; token !== '';) {
  const query = `resourceVersion=fullSpec&limit=200${token ? `&continue=${token}` : ''}`;
  const page = await get(`${root}/vulnerabilitymanifestsummaries?${query}`);
  token = page.metadata.continue ?? '';
}
process.stdout.write(`${bytes}\n`);
agent.destroy();

async function names() {
  const all = [];
  for (let token; token !== '';) {
    const query = `resourceVersion=metadata&limit=500${token ? `&continue=${token}` : ''}`;
    const page = await get(`${root}/namespaces/kubescape/vulnerabilitymanifests?${query}`);
    all.push(...page.items.map((item) => item.metadata.name));
    token = page.metadata.continue ?? '';
  }
  return all;
}

async function get(path) {
  const body = await new Promise((resolve, reject) => {
    http
      .get(`${origin}${path}`, { agent }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks)));
        response.on('error', reject);
      })
      .on('error', reject);
  });
  bytes += body.length;
  return JSON.parse(body.toString('utf8'));
}
