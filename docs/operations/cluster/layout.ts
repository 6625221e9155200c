import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { execFileSync } from 'node:child_process';

/** Both servers of PostgreSQL; either may lead. */
export const nodes = ['pg1', 'pg2'] as const;
export type Node = (typeof nodes)[number];

export const databaseName = 'morrow';

/** What has to be installed, and how Debian calls it. */
const packages = {
  etcd: 'etcd-server',
  patroni: 'patroni',
  haproxy: 'haproxy',
  pgbouncer: 'pgbouncer',
} as const;
const programFolders = ['/usr/sbin', '/usr/local/sbin'];
const postgresFolder = '/usr/lib/postgresql';
const oldestPostgres = 15;

export type Program = keyof typeof packages;

/** Where everything of one cluster lies and listens. Two of them need folders and ports of their own. */
export type Cluster = {
  folder: string;
  /** What the outside asks: the gateways, through haproxy. */
  origin: string;
  ports: {
    gateways: number;
    leader: number;
    pooler: number;
    etcd: number;
    etcdPeers: number;
    gateway1: number;
    gateway2: number;
  } & Record<Node, { postgres: number; patroni: number }>;
  programs: Record<Program, string> & { postgresFolder: string };
  passwords: { superuser: string; replication: string; rewind: string; gateway: string };
  /** Who runs what must not be root; undefined: whoever runs this. */
  account: { uid: number; gid: number } | undefined;
};

/** What of it is not installed, as Debian's packages; empty where everything is there. */
export function missingPackages(): string[] {
  const missing = Object.entries(packages).filter(([program]) => findProgram(program) === undefined);
  const names: string[] = missing.map(([, name]) => name);
  return findPostgres() === undefined ? [...names, `postgresql-${oldestPostgres}`] : names;
}

/**
 * The cluster in `folder`, which is made when missing, with its passwords. It takes the ports from `firstPort` on, fewer
 * than fifty.
 *
 * @throws Error that names the packages to install.
 */
export function openCluster(folder: string, firstPort: number): Cluster {
  const missing = missingPackages();
  if (missing.length > 0) throw new Error(`Install first: apt-get install ${missing.join(' ')}`);
  const account = userInfo().uid === 0 ? accountOf('postgres') : undefined;
  mkdirSync(folder, { recursive: true });
  // It passes through to its own folders and sees nothing else.
  if (account) chmodSync(folder, 0o711);
  const programs = Object.fromEntries(
    Object.keys(packages).map((program) => [program, findProgram(program)!]),
  ) as Record<Program, string>;
  return {
    folder,
    origin: `http://127.0.0.1:${firstPort}`,
    ports: {
      gateways: firstPort,
      leader: firstPort + 1,
      pooler: firstPort + 2,
      etcd: firstPort + 3,
      etcdPeers: firstPort + 4,
      pg1: { postgres: firstPort + 11, patroni: firstPort + 12 },
      pg2: { postgres: firstPort + 21, patroni: firstPort + 22 },
      gateway1: firstPort + 31,
      gateway2: firstPort + 32,
    },
    programs: { ...programs, postgresFolder: findPostgres()! },
    passwords: keptPasswords(join(folder, 'passwords.json')),
    account,
  };
}

/** The address of the database for a user, at the pooler or past it. */
export function databaseUrl(
  { ports, passwords }: Cluster,
  way: 'pooler' | 'leader',
  user = 'morrow',
): string {
  const password = user === 'postgres' ? passwords.superuser : passwords.gateway;
  const database = user === 'postgres' ? 'postgres' : databaseName;
  return `postgresql://${user}:${password}@127.0.0.1:${ports[way]}/${database}`;
}

function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...programFolders];
  return folders.map((folder) => join(folder, name)).find(mayRun);
}

/** The newest one that is good enough. Its programs are in no PATH. */
function findPostgres(): string | undefined {
  try {
    const versions = readdirSync(postgresFolder).map(Number);
    const newest = versions.filter((version) => version >= oldestPostgres).sort((a, b) => b - a);
    return newest
      .map((version) => join(postgresFolder, String(version), 'bin'))
      .find((bin) => mayRun(join(bin, 'postgres')));
  } catch {
    return undefined;
  }
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function keptPasswords(file: string): Cluster['passwords'] {
  const make = (): string => randomBytes(24).toString('base64url');
  try {
    const made = { superuser: make(), replication: make(), rewind: make(), gateway: make() };
    writeFileSync(file, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return JSON.parse(readFileSync(file, 'utf8')) as Cluster['passwords'];
  }
}

/** PostgreSQL refuses to run as root. Its packages have made this user. */
function accountOf(name: string): { uid: number; gid: number } {
  const idOf = (option: string): number =>
    Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}
