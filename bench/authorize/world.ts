import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, startEmbedded } from '@morrow/db';
import { readConfig } from '../../gateway/src/config.ts';
import { type Context, createContext } from '../../gateway/src/context.ts';
import { createFunder } from '../../gateway/src/credit/funders.ts';
import { importMerchantKey } from '../../gateway/src/lib/jwk.ts';
import { type Tx, transact } from '../../gateway/src/lib/tx.ts';
import { ensureLiveEnvironment, liveEnvironmentId } from '../../gateway/src/merchants/environments.ts';
import { keyScopes, registerKey } from '../../gateway/src/merchants/keys.ts';
import { createMerchant } from '../../gateway/src/merchants/merchants.ts';
import { generateKey, type SigningKey } from '../../gateway/test/support/sign.ts';
import { cpuOfFamily, parentOf } from './cpu.ts';
import { type ServingProcess, startGatewayProcess } from './gateway.ts';

/** What requests are signed for. Nothing answers there. */
export const origin = 'http://gateway.bench';
export const currency = 'CNY';

export const savedCard = {
  kind: 'card',
  customer: 'cus_bench',
  method: 'pm_bench',
  brand: 'visa',
  last4: '4242',
} as const;

/** Connections to the database of each process and of the floor, and requests that other benchmarks have under way at once. */
export const concurrency = 8;

/** Enough for orders without end. */
const funderCapacity = 10n ** 15n;
const tmpfsMagic = 0x01021994;

export type World = {
  context: Context;
  databaseUrl: string;
  gateway: ServingProcess;
  /** Starts another one on the same database. */
  startAnother: (variables?: Record<string, string>) => Promise<ServingProcess>;
  /** The merchant's key to sign with, and its public half. */
  key: SigningKey;
  jwk: unknown;
  merchantId: string;
  /** False where the folder lies in memory, so that a commit waits for no disk. */
  durable: boolean;
  inTx: <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;
  /** What PostgreSQL has used so far, in milliseconds. */
  postgresCpu: () => number | undefined;
  close: () => Promise<void>;
};

/**
 * A PostgreSQL on a temporary folder with full durability, a gateway process before it, and a merchant of the live
 * environment. Live, because every write in a sandbox also locks the sandbox's clock.
 */
export async function openWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'morrow-bench-'));
  const closers = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const part of closers.splice(0).toReversed()) await part();
  };
  try {
    // Its upkeep is done between the runs, so that it never falls into one of them by chance.
    const server = await startEmbedded({
      dataDir: folder,
      settings: { autovacuum: 'off', max_connections: '200' },
    });
    closers.push(server.stop);
    const variables = await variablesOf(folder, server.url);
    const context = createContext(readConfig({ ...variables, LOG_LEVEL: 'silent' }));
    closers.push(() => context.db.destroy());
    await migrate(context.db);
    await ensureLiveEnvironment(context, 'Asia/Shanghai');
    const inTx = <Result>(work: (tx: Tx) => Promise<Result>) =>
      transact(context, { environmentId: liveEnvironmentId, actor: { kind: 'system', id: 'bench' } }, work);
    const merchant = await inTx(openMerchant);
    const gateway = await startGatewayProcess(variables);
    closers.push(gateway.stop);
    const postmaster = await postmasterOf(context);
    return {
      context,
      databaseUrl: server.url,
      gateway,
      async startAnother(more = {}) {
        const another = await startGatewayProcess({ ...variables, ...more });
        closers.push(another.stop);
        return another;
      },
      ...merchant,
      durable: (await statfs(folder)).type !== tmpfsMagic,
      inTx,
      postgresCpu: () => cpuOfFamily(postmaster),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function variablesOf(folder: string, databaseUrl: string): Promise<Record<string, string>> {
  const masterKeyFile = join(folder, 'master.key');
  await writeFile(masterKeyFile, `k1:${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  return {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: String(concurrency),
    MASTER_KEY_FILE: masterKeyFile,
    PUBLIC_ORIGIN: origin,
  };
}

async function openMerchant(tx: Tx): Promise<Pick<World, 'merchantId' | 'key' | 'jwk'>> {
  const { algorithm, privateKey, jwk } = generateKey('ed25519');
  const key = importMerchantKey(jwk);
  const { id } = await createMerchant(tx, {
    name: 'Tea House',
    category: 'retail',
    country: 'CN',
    timeZone: 'Asia/Shanghai',
    currency,
    allowedOrigins: ['https://shop.example'],
    feeBasisPoints: 300,
    feeFixed: 100n,
    firstPart: 'capture',
    payoutAccount: 'acct_bench',
  });
  await registerKey(tx, { merchantId: id, key, scopes: keyScopes });
  await createFunder(tx, {
    name: 'Lantern Bank',
    priority: 1,
    currency,
    capacity: funderCapacity,
    feeShareBasisPoints: 4000,
    servicingBasisPoints: 100,
  });
  return { merchantId: id, jwk, key: { keyid: `${id}/${key.kid}`, algorithm, privateKey } };
}

/** The parent of every process that serves a connection. */
async function postmasterOf({ db }: Context): Promise<number | undefined> {
  const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  return rows[0] && parentOf(rows[0].pid);
}
