import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { configurationFile, dataFolder, masterKeyFile, writeConfiguration } from './configuration.ts';
import { type Cluster, databaseName, databaseUrl, type Node, nodes } from './layout.ts';
import { isAbout, killPart, logFile, type Part, pidOf, startPart, stopPart } from './processes.ts';

const main = resolve(import.meta.dirname, '../../../gateway/src/main.ts');

/** How long the parts may take to come up, each after those that it needs. A busy machine needs most of it. */
const upWithinMs = 120_000;
/** A gateway drains for some seconds, a PostgreSQL writes what it has. */
const downWithinMs = 30_000;
/** A little more than haproxy takes to see that a gateway is not ready: two looks, one second apart. */
const drainSeconds = 3;

/** What Patroni says of a server. */
export type Member = { name: string; role: string; state: string; timeline?: number; lag?: number | string };

/** Everything that runs, in the order in which it is started. */
export const partNames = [
  'etcd',
  ...nodes,
  'haproxy',
  'pgbouncer',
  'gateway1',
  'gateway2',
  'worker1',
  'worker2',
] as const;
export type PartName = (typeof partNames)[number];

/**
 * Starts what does not run and waits until all of it serves: a leader, a standby that has every commit, and both gateways
 * behind haproxy. `told` hears of each step.
 *
 * @throws Error that names the log of what did not come up.
 */
export async function up(cluster: Cluster, told: (step: string) => void = () => undefined): Promise<void> {
  writeConfiguration(cluster);
  const start = (...names: PartName[]): void =>
    names.forEach((name) => startPart(cluster, partOf(cluster, name)));
  told('etcd');
  start('etcd');
  await until(cluster, 'etcd', () => isAnswered(`http://127.0.0.1:${cluster.ports.etcd}/health`));
  told('PostgreSQL under Patroni: a leader');
  start(...nodes, 'haproxy', 'pgbouncer');
  await until(cluster, 'pg1', async () => (await leaderOf(cluster)) !== undefined);
  await until(cluster, 'haproxy', () => makeDatabase(cluster));
  told('two gateways and two workers');
  start('gateway1', 'gateway2', 'worker1', 'worker2');
  told('a standby that has every commit');
  await until(cluster, 'pg2', () => hasStandby(cluster));
  told('all of it, through haproxy');
  for (const name of ['gateway1', 'gateway2'] as const)
    await until(cluster, name, () => isAnswered(`http://127.0.0.1:${cluster.ports[name]}/ready`));
  await until(cluster, 'haproxy', () => isAnswered(`${cluster.origin}/ready`));
}

/** Ends everything, what needs the others first. The data stay. */
export async function down(cluster: Cluster): Promise<void> {
  // A server that ends as a leader would hand over to the other one, so the standby goes first.
  const leader = await leaderOf(cluster);
  const order = nodes.toSorted((a, b) => Number(a === leader) - Number(b === leader));
  const outer = ['worker1', 'worker2', 'gateway1', 'gateway2'] as const;
  await Promise.all(outer.map((name) => stopPart(cluster, name, downWithinMs)));
  await Promise.all((['pgbouncer', 'haproxy'] as const).map((name) => stopPart(cluster, name, 5_000)));
  for (const name of order) {
    await stopPart(cluster, name, downWithinMs);
    // A Patroni that did not end in time has left its PostgreSQL behind.
    await killNode(cluster, name);
  }
  await stopPart(cluster, 'etcd', 5_000);
}

/** What Patroni knows of its servers; empty where neither answers. */
export async function membersOf({ ports }: Cluster): Promise<Member[]> {
  for (const node of nodes) {
    try {
      const answer = await fetch(`http://127.0.0.1:${ports[node].patroni}/cluster`, soon());
      if (answer.ok) return ((await answer.json()) as { members: Member[] }).members;
    } catch {
      // The other one may answer.
    }
  }
  return [];
}

/** Which server leads, by its own word, which it gives only while it holds the key in etcd. */
export async function leaderOf({ ports }: Cluster): Promise<Node | undefined> {
  for (const node of nodes)
    if (await isAnswered(`http://127.0.0.1:${ports[node].patroni}/primary`)) return node;
  return undefined;
}

/** Whether a standby has every commit that was answered. */
export async function hasStandby(cluster: Cluster): Promise<boolean> {
  return (await membersOf(cluster)).some(({ role, state }) => role === 'sync_standby' && isFine(state));
}

/** Kills a server of PostgreSQL with the Patroni that keeps it, as if its machine had lost power. */
export async function killNode(cluster: Cluster, node: Node): Promise<void> {
  const data = dataFolder(cluster, node);
  const lock = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const postgres = Number(lock.split('\n')[0]);
  killPart(cluster, node, isAbout(postgres, data) ? [postgres] : []);
}

/** Hands over to the other server, as before work on a machine. */
export async function handOver(cluster: Cluster): Promise<void> {
  const leader = await leaderOf(cluster);
  if (leader === undefined) throw new Error('Nobody leads.');
  const answer = await fetch(`http://127.0.0.1:${cluster.ports[leader].patroni}/switchover`, {
    method: 'POST',
    body: JSON.stringify({ leader }),
    signal: AbortSignal.timeout(60_000),
  });
  if (!answer.ok) throw new Error(`Patroni refuses: ${await answer.text()}`);
}

/** How one part is started. */
function partOf(cluster: Cluster, name: PartName): Part {
  const { programs, ports } = cluster;
  const own = (program: string, parameters: string[]): Part => ({
    name,
    program,
    parameters,
    asAccount: true,
  });
  const patroni = (): Part => own(programs.patroni, [configurationFile(cluster, `${name}.yml`)]);
  const server = (port: number): Part => gateway(cluster, name, { RUN: 'server', PORT: String(port) });
  const worker = (): Part => gateway(cluster, name, { RUN: 'worker' });
  const parts: Record<PartName, () => Part> = {
    etcd: () => own(programs.etcd, etcdParameters(cluster)),
    pg1: patroni,
    pg2: patroni,
    haproxy: () => own(programs.haproxy, ['-db', '-f', configurationFile(cluster, 'haproxy.cfg')]),
    pgbouncer: () => own(programs.pgbouncer, [configurationFile(cluster, 'pgbouncer.ini')]),
    gateway1: () => server(ports.gateway1),
    gateway2: () => server(ports.gateway2),
    worker1: worker,
    worker2: worker,
  };
  return parts[name]();
}

/** Whether a part runs, by its process. */
export function isRunning(cluster: Cluster, name: PartName): boolean {
  return pidOf(cluster, name) !== undefined;
}

/** A gateway or a worker: orders go through the pooler, what needs a session past it. */
function gateway(cluster: Cluster, name: PartName, variables: Record<string, string>): Part {
  return {
    name,
    program: process.execPath,
    parameters: ['--import', import.meta.resolve('tsx'), main],
    asAccount: false,
    variables: {
      DATABASE_URL: databaseUrl(cluster, 'pooler'),
      DATABASE_DIRECT_URL: databaseUrl(cluster, 'leader'),
      DATABASE_PREPARED: 'off',
      MASTER_KEY_FILE: masterKeyFile(cluster),
      EVIDENCE_FOLDER: join(cluster.folder, 'evidence'),
      PUBLIC_ORIGIN: cluster.origin,
      TRUSTED_PROXIES: '1',
      DRAIN_SECONDS: String(drainSeconds),
      SANDBOXES_PER_HOUR: '1000',
      LOG_LEVEL: 'warn',
      ...variables,
    },
  };
}

function etcdParameters({ ports, folder }: Cluster): string[] {
  const [clients, peers] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.etcdPeers}`];
  const options = {
    name: 'etcd',
    'data-dir': join(folder, 'etcd', 'data'),
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `etcd=${peers}`,
    'log-level': 'warn',
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Makes the gateway's user and database where they are missing; false while nobody takes connections. */
async function makeDatabase(cluster: Cluster): Promise<boolean> {
  const client = new Client({ connectionString: databaseUrl(cluster, 'leader', 'postgres') });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('select from pg_roles where rolname = $1', ['morrow']);
    const password = client.escapeLiteral(cluster.passwords.gateway);
    if (rows.length === 0) await client.query(`create role morrow login password ${password}`);
    const { rows: made } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (made.length === 0) await client.query(`create database ${databaseName} owner morrow`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function until(cluster: Cluster, name: PartName, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + upWithinMs;
  while (!(await isSo())) {
    const fault = !isRunning(cluster, name)
      ? 'ended'
      : performance.now() > end
        ? 'did not come up'
        : undefined;
    if (fault !== undefined) {
      const file = logFile(cluster, name);
      const said = readFileSync(file, 'utf8').split('\n').slice(-10).join('\n');
      throw new Error(`${name} ${fault}; the end of ${file}:\n${said}`);
    }
    await sleep(200);
  }
}

async function isAnswered(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, soon());
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

const soon = (): RequestInit => ({ signal: AbortSignal.timeout(3_000) });

/** Patroni 3 says `running` of a standby, later ones `streaming`. */
function isFine(state: string): boolean {
  return state === 'running' || state === 'streaming';
}
