import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as fetchBy } from 'undici';
import { readConfig } from '../../gateway/src/config.ts';
import { type Context, createContext } from '../../gateway/src/context.ts';
import { newMasterKey } from '../../gateway/test/support/master-key.ts';
import { type Database, startDatabase } from './database.ts';
import { type Endings } from './endings.ts';
import { type Hooks, startHooks } from './hooks.ts';
import { type Died, type House, startHouse } from './process.ts';
import { type Proxy, startProxy } from './proxy.ts';

/** What clients sign, whichever process answers. */
export const origin = 'http://gateway.test';

type Counts = { gateways: number; workers: number };

/** What went wrong in processes that nobody had planned. */
type Seen = {
  /** Processes that ended by themselves. */
  died: Died[];
  /** What was logged of errors of a kind that nobody foresaw. */
  unforeseen: string[];
};

/** A PostgreSQL, several processes of one gateway, proxies between all of them, and a receiver of webhooks. */
export type World = Seen & {
  database: Database;
  /** Between the processes and PostgreSQL. */
  databaseProxy: Proxy;
  gateways: { house: House; proxy: Proxy }[];
  workers: { house: House }[];
  hooks: Hooks;
  /** The gateway's own functions on an undisturbed connection: shoppers' part in the load, and the look at the end. */
  host: Context;
  /** By how much the clocks of all processes and clients stand ahead; they are put forward when the run is over. */
  aheadMs: () => number;
  putForward: (ms: number) => void;
  /** Sends what is signed for the origin to one gateway after the other. */
  fetch: typeof fetch;
  everybodyUp: () => Promise<void>;
};

/** Starts all of it. Whatever comes of that, `ends` are to be run. */
export async function startWorld(counts: Counts, ends: Endings): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-chaos-'));
  ends.add(() => rmSync(folder, { recursive: true, force: true }));
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  const [databaseProxy, own] = [await startProxy(), await startProxy()];
  ends.add(databaseProxy.close, own.close);
  const database = await startDatabase(folder, [databaseProxy, own], ends);
  const hooks = await startHooks();
  ends.add(hooks.close);
  const variables = {
    DATABASE_URL: urlAt(databaseProxy),
    MASTER_KEY_FILE: masterKeyFile,
    PUBLIC_ORIGIN: origin,
    PORT: '0',
    SANDBOX_WEBHOOK_TARGETS: hooks.target,
    SANDBOXES_PER_HOUR: '1000000',
    RATE_LIMIT_PER_MINUTE: '100000000',
    LOG_LEVEL: 'error',
  };
  let aheadMs = 0;
  const host = createContext(
    readConfig({ ...variables, DATABASE_URL: urlAt(own), DATABASE_POOL: '6', LOG_LEVEL: 'silent' }),
    { clock: { now: () => new Date(Date.now() + aheadMs) } },
  );
  ends.add(() => host.db.destroy());
  const seen: Seen = { died: [], unforeseen: [] };
  const { gateways, workers } = await startHouses(counts, variables, seen, ends);
  const houses = [...gateways, ...workers].map(({ house }) => house);
  return {
    ...seen,
    database,
    databaseProxy,
    gateways,
    workers,
    hooks,
    host,
    aheadMs: () => aheadMs,
    putForward(ms) {
      aheadMs += ms;
      for (const house of houses) house.tell({ offsetMs: aheadMs, arm: null, twice: 0 });
    },
    fetch: inTurn(gateways, ends),
    async everybodyUp() {
      await Promise.all(houses.map((house) => house.up()));
    },
  };
}

/** The first one migrates, alone; the others would wait for it. */
async function startHouses(
  counts: Counts,
  variables: Record<string, string>,
  seen: Seen,
  ends: Endings,
): Promise<Pick<World, 'gateways' | 'workers'>> {
  const gateways: World['gateways'] = [];
  const workers: World['workers'] = [];
  const proxies: Proxy[] = [];
  ends.add(
    () => Promise.all(proxies.map((proxy) => proxy.close())),
    () => Promise.all([...gateways, ...workers].map(({ house }) => house.stop())),
  );
  const settle = (name: string, run: string, proxy?: Proxy): House =>
    startHouse({
      name,
      variables: { ...variables, RUN: run },
      ...(proxy && { proxy }),
      onLog: (line) => note(seen, name, line),
      onDeath: (died) => void seen.died.push(died),
    });
  for (let number = 1; number <= counts.gateways; number += 1) {
    const proxy = await startProxy();
    proxies.push(proxy);
    const house = settle(`gateway ${number}`, 'server', proxy);
    gateways.push({ house, proxy });
    if (number === 1) await house.up();
  }
  for (let number = 1; number <= counts.workers; number += 1)
    workers.push({ house: settle(`worker ${number}`, 'worker') });
  await Promise.all([...gateways, ...workers].map(({ house }) => house.up()));
  return { gateways, workers };
}

/** By connections of its own, which end with the rest: those of Node's own fetch would stay open. */
function inTurn(gateways: World['gateways'], ends: Endings): typeof fetch {
  const dispatcher = new Agent();
  ends.add(() => dispatcher.destroy());
  let sent = 0;
  return (input, init) => {
    sent += 1;
    const { proxy } = gateways[sent % gateways.length]!;
    const url = input instanceof Request ? input.url : input.toString();
    const target = url.replace(origin, `http://127.0.0.1:${proxy.port}`);
    return fetchBy(target, { ...(init as object), dispatcher }) as never;
  };
}

const urlAt = ({ port }: Proxy): string => `postgresql://postgres@127.0.0.1:${port}/morrow`;

/** A request that failed in a way that nobody foresaw is a fault of the gateway, whatever was done to it. */
function note({ unforeseen }: Seen, name: string, line: Record<string, unknown>): void {
  if (line.msg === 'internal_error') unforeseen.push(`${name}: ${JSON.stringify(line).slice(0, 1500)}`);
}
