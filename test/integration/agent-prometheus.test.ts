import { renameSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AgentLife } from '../support/agent/agent-life.ts';
import type { AgentProcess } from '../support/agent/agent-process.ts';
import { delayed } from '../support/fake-storage/faults.ts';
import { MANIFESTS, POSTURES, SUMMARIES } from '../support/kubernetes/lab.ts';
import { cart, image, redis, runs, smallCluster } from '../support/kubernetes/small-cluster.ts';
import type { QueryableServer } from '../support/real-servers/prometheus.ts';
import { realServer } from '../support/real-servers/real-servers.ts';

const prometheus = await realServer('prometheus');

/** Shorter than two resend intervals, so that series that are not resent soon disappear. */
const LOOKBACK_MS = 8000;
const RESEND_MS = 5000;

const OF_CART = '{__name__=~"kubescape_.*",__name__!~"kubescape_push_.*",workload="cart"}';

async function nextRepeats(agent: AgentProcess, count: number): Promise<void> {
  await agent.until('resent values', agent.logged('resent values').length + count);
}

describe.skipIf(prometheus.missing)(`an agent and a real ${prometheus.label}`, () => {
  let server: QueryableServer;
  beforeAll(async () => {
    server = await prometheus.start({ flags: [`--query.lookback-delta=${LOOKBACK_MS}ms`] });
  });
  afterAll(async () => server.stop());

  describe.concurrent.each(['2.0', '1.0'])('with remote write %s', (protocol) => {
    it.concurrent('O3, O4, O7: keeps values visible, ends series immediately, and reports an unavailable source', async () => {
      await using life = new AgentLife(server, protocol, 'life');
      await using control = new AgentLife(server, protocol, 'control');
      for (const { results } of [life, control]) results.put(...smallCluster);
      expect(await control.push()).toBe(0);
      const agent = life.startOnFiles();
      await agent.until('cycle done');
      const all = '{__name__=~"kubescape_.*",__name__!~"kubescape_push_.*"}';
      const [startMs = 0] = (await life.stored('kubescape_total_vulnerabilities')).times;
      await nextRepeats(agent, 3);
      const resends = (await life.stored('kubescape_total_vulnerabilities')).times;

      expect(resends.length).toBeGreaterThanOrEqual(4);
      expect(await life.gaps(all, startMs, Date.now())).toEqual([]);
      expect(await life.values(all)).toHaveLength(80);
      expect(await control.values(all, startMs)).toHaveLength(80);
      expect(await control.values(all)).toEqual([]);

      const critical = 'kubescape_critical_vulnerabilities{workload="storefront"}';
      expect(await life.value(critical)).toBe(1);
      expect(await life.values(OF_CART)).not.toEqual([]);
      life.results.put(image('nginx', { severities: ['High', 'High'] }));
      life.results.delete(cart, redis);
      await agent.until('cycle done', 2);
      const { times } = await life.stored('kubescape_total_vulnerabilities');
      const before = times.at(-2) ?? 0;
      const endMs = times.at(-1) ?? 0;

      expect(await life.value(critical, endMs)).toBe(0);
      // Without stale markers, the lookback would still show them.
      expect(endMs - before).toBeLessThan(LOOKBACK_MS);
      expect(await life.values(OF_CART, endMs - 1)).not.toEqual([]);
      expect(await life.values(OF_CART, endMs)).toEqual([]);
      const { stale } = await life.stored('kubescape_low_vulnerabilities');
      expect(stale).toEqual([endMs]);

      expect(await life.value('kubescape_push_source_up')).toBe(1);
      renameSync(life.results.folder, `${life.results.folder}-gone`);
      await agent.until('cycle failed');
      const blindMs = Date.now();
      expect(await life.value('kubescape_push_source_up')).toBe(0);
      await nextRepeats(agent, 2);

      expect(Date.now() - blindMs).toBeGreaterThan(RESEND_MS);
      expect(await life.gaps(all, blindMs, Date.now())).toEqual([]);
      expect(await life.value('kubescape_push_source_up')).toBe(0);
      expect((await life.stored('kubescape_.*')).stale.every((at) => at === endMs)).toBe(true);

      agent.send('SIGTERM');
      expect((await agent.end()).exitCode).toBe(0);
      expect(await life.values(all)).not.toEqual([]);
      expect((await life.stored('kubescape_.*')).stale.every((at) => at === endMs)).toBe(true);
      expect(agent.stderr).not.toContain('out of order');
    }, 90_000);

    it.concurrent('does the same for scan results in a cluster', async () => {
      await using life = new AgentLife(server, protocol, 'cluster');
      await life.lab.cluster.serve(smallCluster);
      const agent = life.startOnCluster();
      await agent.until('cycle done');
      const { watches, store } = life.lab.cluster.storage;
      await agent.waitFor(() => watches.count() === 4, 'four watches');
      expect(await life.values(OF_CART)).not.toEqual([]);
      const { name, namespace } = cart.metadata;
      store.delete({ resource: SUMMARIES, namespace, name });
      await agent.until('cycle done', 2);

      expect(await life.values(OF_CART)).toEqual([]);
      expect(await life.values('kubescape_push_source_up')).toEqual([1, 1, 1]);
      const stored = await life.stored('kubescape_low_vulnerabilities');
      expect(stored.stale).toEqual([stored.times.at(-1)]);

      await life.lab.cluster.storage.close();
      agent.send('SIGHUP');
      await agent.until('cycle failed');
      const blindMs = Date.now();
      await nextRepeats(agent, 2);
      expect(await life.gaps('kubescape_low_vulnerabilities', blindMs, Date.now())).toEqual([]);
      const ups = await life.values('kubescape_push_source_up');
      expect(ups).toEqual([0, 0, 0]);
      expect(await life.values(`kubescape_push_source_up{kind="${POSTURES}"}`)).toEqual([0]);
    }, 90_000);

    it.concurrent('O3: keeps values visible during a long read', async () => {
      await using life = new AgentLife(server, protocol, 'long');
      await life.lab.cluster.serve(smallCluster);
      const { storage } = life.lab.cluster;
      const agent = life.startOnCluster();
      await agent.until('cycle done');
      await agent.waitFor(() => storage.watches.count() === 4, 'four watches');
      const startMs = Date.now();
      const fresh = ['a', 'b', 'c', 'd'].map((name) => image(name));
      const slow = fresh.map(() => delayed(4000));
      storage.answerNext({ verb: 'get', resource: MANIFESTS }, ...slow);
      for (const one of fresh) {
        storage.store.put(one);
        const workload = one.metadata.name;
        storage.store.put(runs(one, { namespace: 'shop', workload }));
      }
      await agent.until('cycle done', 2);
      await nextRepeats(agent, 1);

      expect(Date.now() - startMs).toBeGreaterThan(2 * LOOKBACK_MS);
      const longKnown = 'kubescape_critical_vulnerabilities{workload="storefront"}';
      expect(await life.gaps(longKnown, startMs, Date.now())).toEqual([]);
    }, 90_000);

    it.concurrent('O3, O7: stops resending results that are too old, but not self-metrics', async () => {
      await using life = new AgentLife(server, protocol, 'old');
      life.results.put(...smallCluster);
      const args = ['--max-result-age', '7s', '--state-dir', join(life.lab.folder, 'state')];
      const agent = life.startOnFiles(args);
      await agent.until('cycle done');
      renameSync(life.results.folder, `${life.results.folder}-gone`);
      await agent.until('stopped resending results because they are too old');
      const lastMs = (await life.stored('kubescape_total_vulnerabilities')).times.at(-1) ?? 0;
      await nextRepeats(agent, 2);

      const stored = await life.stored('kubescape_total_vulnerabilities');
      expect(stored).toMatchObject({ stale: [] });
      expect(stored.times).toHaveLength(2);
      expect(stored.times.at(-1)).toBe(lastMs);
      expect(await life.values('kubescape_total_vulnerabilities', lastMs + LOOKBACK_MS)).toEqual(
        [],
      );
      agent.send('SIGTERM');
      await agent.end();
      const next = life.startOnFiles(args);
      await nextRepeats(next, 1);
      expect(await life.stored('kubescape_total_vulnerabilities')).toEqual(stored);
      const own = await life.stored('kubescape_push_source_up');
      expect(own.times.filter((at) => at > lastMs).length).toBeGreaterThanOrEqual(2);
      expect(await life.value('kubescape_push_source_up')).toBe(0);
    }, 90_000);

    it.concurrent('O5: ends all series on SIGTERM if configured', async () => {
      await using life = new AgentLife(server, protocol, 'end');
      life.results.put(...smallCluster);
      const agent = life.startOnFiles(['--stale-on-shutdown']);
      await agent.until('cycle done');
      expect(await life.values('{__name__=~"kubescape_.*"}')).not.toEqual([]);
      agent.send('SIGTERM');

      expect((await agent.end()).exitCode).toBe(0);
      expect(await life.values('{__name__=~"kubescape_.*"}')).toEqual([]);
      const { times, stale } = await life.stored('kubescape_total_vulnerabilities');
      expect(stale).toEqual([times.at(-1)]);
      expect(times).toHaveLength(2);
    }, 60_000);

    it.concurrent('O6: ends series between two pushes only if they share a state folder', async () => {
      await using kept = new AgentLife(server, protocol, 'kept');
      await using forgetful = new AgentLife(server, protocol, 'forgetful');
      for (const [life, args] of [
        [kept, ['--state-dir', join(kept.lab.folder, 'state')]],
        [forgetful, []],
      ] as const) {
        life.results.put(...smallCluster);
        expect(await life.push(args)).toBe(0);
        life.results.delete(cart, redis);
        expect(await life.push(args)).toBe(0);
      }

      const { times, stale } = await kept.stored('kubescape_low_vulnerabilities');
      expect(times).toHaveLength(2);
      expect(stale).toEqual([times.at(-1)]);
      expect(await kept.values(OF_CART, times.at(0))).not.toEqual([]);
      expect(await kept.values(OF_CART, times.at(-1))).toEqual([]);

      const without = await forgetful.stored('kubescape_low_vulnerabilities');
      expect(without).toMatchObject({ stale: [] });
      expect(without.times).toHaveLength(2);
      expect(await forgetful.values(OF_CART, without.times.at(-1))).not.toEqual([]);
    }, 60_000);
  });
});
