import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@morrow/db';
import { readConfig } from '../gateway/src/config.ts';
import { startGateway } from '../gateway/src/server.ts';
import { freePort } from './free-port.ts';

export type UsedGateway = {
  origin: string;
  /** Whether it was started for this program and ends with it. */
  own: boolean;
  stop(): Promise<void>;
};

/**
 * The gateway that PUBLIC_ORIGIN or PORT name, or that runs at the usual address; without one, a gateway of our own on a
 * database that is thrown away. An own one may send webhooks to `webhookTarget`, a `host:port` of this machine.
 */
export async function findOrStartGateway(webhookTarget: string): Promise<UsedGateway> {
  const { PUBLIC_ORIGIN, PORT } = process.env;
  const origin = PUBLIC_ORIGIN ?? `http://127.0.0.1:${PORT ?? 4000}`;
  const named = PUBLIC_ORIGIN !== undefined || PORT !== undefined;
  if (named || (await isUp(origin))) return { origin, own: false, stop: () => Promise.resolve() };
  return startOwn(webhookTarget);
}

async function isUp(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/ready`)).ok;
  } catch {
    return false;
  }
}

async function startOwn(webhookTarget: string): Promise<UsedGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-walk-'));
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.toReversed()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const masterKeys = join(folder, 'master.key');
    writeFileSync(masterKeys, `k1:${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    // Nobody keeps this database, so it need not survive a power cut.
    const database = await startEmbedded({ dataDir: join(folder, 'database'), settings: { fsync: 'off' } });
    stops.push(() => database.stop());
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const gateway = await startGateway(
      readConfig({
        DATABASE_URL: database.url,
        MASTER_KEY_FILE: masterKeys,
        PORT: String(port),
        PUBLIC_ORIGIN: origin,
        LOG_LEVEL: 'warn',
        SANDBOXES_PER_HOUR: '1000',
        SANDBOX_WEBHOOK_TARGETS: webhookTarget,
      }),
    );
    stops.push(() => gateway.stop());
    return { origin, own: true, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
