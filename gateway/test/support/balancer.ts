import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How often a process is asked whether it is ready. */
const askEveryMs = 200;

export type Balancer = {
  address: string;
  /** Sends requests to this process as well, once it is ready. */
  add(address: string): void;
  /** To how many processes requests go just now. */
  ready(): number;
  /** What a client was not answered with what a process said, and why. */
  failures: string[];
  close(): Promise<void>;
};

/**
 * A load balancer as simple as one can be: it goes around the processes that say that they are ready, keeps connections open
 * to be used again, and never sends a request a second time.
 */
export async function startBalancer(): Promise<Balancer> {
  const isReady = new Map<string, boolean>();
  const failures: string[] = [];
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  const pick = (): string | undefined => {
    const ready = [...isReady].filter(([, is]) => is).map(([address]) => address);
    turn += 1;
    return ready[turn % ready.length];
  };
  const server = createServer((request, response) => {
    const address = pick();
    const fail = (why: string): void => {
      failures.push(`${request.method} ${request.url}: ${why}`);
      response.writeHead(502).end();
    };
    if (address === undefined) {
      fail('no process is ready');
      return;
    }
    const { method, url, headers } = request;
    const passed = send(address + url, { method, headers: { ...headers, connection: 'keep-alive' }, agent });
    passed.on('response', (answer) => {
      const { connection: _, 'keep-alive': __, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(response);
    });
    passed.on('error', (error) => fail(`${address} ${error.message}`));
    request.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asking = new Set<string>();
  const timer = setInterval(() => {
    for (const address of isReady.keys()) if (!asking.has(address)) void ask(address);
  }, askEveryMs);
  async function ask(address: string): Promise<void> {
    asking.add(address);
    const is = await fetch(`${address}/ready`, { headers: { connection: 'close' } }).then(
      ({ status }) => status === 200,
      () => false,
    );
    isReady.set(address, is);
    asking.delete(address);
  }
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (address) => void isReady.set(address, false),
    ready: () => [...isReady.values()].filter(Boolean).length,
    failures,
    async close() {
      clearInterval(timer);
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
