// Serves a prepared text page, and prints the time of the first scrape.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';

const [path] = process.argv.slice(2);
let isFirst = true;

const server = createServer((_, response) => {
  if (isFirst) process.send?.({ scraped: performance.timeOrigin + performance.now() });
  isFirst = false;
  response.writeHead(200, {
    'Content-Type': 'text/plain; version=0.0.4',
    'Content-Length': statSync(path).size,
  });
  createReadStream(path, { highWaterMark: 1 << 20 }).pipe(response);
});

server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('message', () => process.exit());
