import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate, startEmbedded } from '@morrow/db';
import { type Tx, type TxHost, transact } from '../../gateway/src/lib/tx.ts';
import { createVault } from '../../gateway/src/lib/vault.ts';
import { wallClock } from '../../gateway/src/lib/clock.ts';
import { ensureLiveEnvironment, liveEnvironmentId } from '../../gateway/src/merchants/environments.ts';

const tmpfsMagic = 0x01021994;

/** A database of the gateway with a live environment. */
export type Ledger = {
  host: TxHost;
  url: string;
  inTx: <Result>(work: (tx: Tx) => Promise<Result>) => Promise<Result>;
};

export type Ledgers = {
  open: (name: string) => Promise<Ledger>;
  /** False where the folder lies in memory, so that a commit waits for no disk. */
  durable: boolean;
  close: () => Promise<void>;
};

/** A PostgreSQL on a temporary folder with full durability, in which ledgers stand beside each other. */
export async function openLedgers(): Promise<Ledgers> {
  const folder = await mkdtemp(join(tmpdir(), 'morrow-bench-'));
  const closers = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const part of closers.splice(0).toReversed()) await part();
  };
  try {
    // Its upkeep is done between the runs, so that it never falls into one of them by chance.
    const settings = { autovacuum: 'off', checkpoint_timeout: '1h', max_wal_size: '20GB' };
    const server = await startEmbedded({ dataDir: folder, settings });
    closers.push(server.stop);
    const admin = connect(server.url, { max: 1 });
    closers.push(() => admin.destroy());
    const open = async (name: string): Promise<Ledger> => {
      await admin.raw('create database ??', [name]);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      const db = connect(url.href, { max: 4 });
      closers.push(() => db.destroy());
      await migrate(db);
      const vault = createVault([{ id: 'bench', key: randomBytes(32) }]);
      const host: TxHost = { db, clock: wallClock, vault };
      await ensureLiveEnvironment(host, 'Asia/Shanghai');
      const actor = { kind: 'system', id: 'bench' } as const;
      return {
        host,
        url: url.href,
        inTx: (work) => transact(host, { environmentId: liveEnvironmentId, actor }, work),
      };
    };
    return { open, durable: (await statfs(folder)).type !== tmpfsMagic, close };
  } catch (error) {
    await close();
    throw error;
  }
}
