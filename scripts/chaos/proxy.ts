import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands before something that listens, and does to connections what networks do. */
export type Proxy = {
  port: number;
  /** Where connections go from now on. */
  to: (target: NetConnectOpts | undefined) => void;
  /** Ends all connections at once, as a reset; returns how many. */
  cut: () => number;
  /** Every packet comes so much later, both ways. */
  delay: (ms: number) => void;
  /** Tells who asked that nothing will come any more, and goes on carrying what they ask; returns on how many. */
  halfClose: () => number;
  close: () => Promise<void>;
};

/** Listens on a free port of this machine. */
export async function startProxy(first?: NetConnectOpts): Promise<Proxy> {
  let target = first;
  const way = { delayMs: 0 };
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => undefined);
    if (!target) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true });
    upstream.on('error', () => client.resetAndDestroy());
    client.once('error', () => upstream.destroy());
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      for (const socket of pair) socket.destroy();
      pairs.delete(pair);
    };
    void Promise.all([carry(client, upstream, way), carry(upstream, client, way)]).then(end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): number => {
    const count = pairs.size;
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    return count;
  };
  return {
    port: (server.address() as AddressInfo).port,
    to: (next) => void (target = next),
    cut,
    delay: (ms) => void (way.delayMs = ms),
    halfClose() {
      for (const [client] of pairs) client.end();
      return pairs.size;
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

/** Hands on what comes until its end, which it hands on too. What breaks on the way ends both sides. */
async function carry(from: Socket, to: Socket, way: { delayMs: number }): Promise<void> {
  try {
    for await (const chunk of from) {
      if (way.delayMs > 0) await sleep(way.delayMs);
      if (to.destroyed) return;
      // After a half-close, answers go nowhere.
      if (to.writableEnded) continue;
      if (!to.write(chunk as Buffer)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
    to.end();
  } catch {
    to.destroy();
  }
}
