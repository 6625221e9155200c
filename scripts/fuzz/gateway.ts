import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@morrow/db';
import { readConfig } from '../../gateway/src/config.ts';
import { createContext } from '../../gateway/src/context.ts';
import { type GatewayProcess, startGatewayProcess } from '../../gateway/test/support/gateway-process.ts';
import { newMasterKey } from '../../gateway/test/support/master-key.ts';
import { openSink } from './sink.ts';
import type { Workshop } from './objects.ts';

/** What clients sign: not where the gateway listens, as behind a proxy. */
const origin = 'https://api.example';

/** Set so high that no limit is met; that the limits hold is tested elsewhere. */
const unlimited = { SANDBOXES_PER_HOUR: '1000000', RATE_LIMIT_PER_MINUTE: '100000000' };

export type FuzzedGateway = {
  workshop: Workshop;
  process: GatewayProcess;
  stop(): Promise<void>;
};

/** A gateway in a process of its own, where an unhandled rejection is its end, on a database that is thrown away. */
export async function startFuzzedGateway(): Promise<FuzzedGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-fuzz-'));
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const database = await startEmbedded({ dataDir: join(folder, 'database'), settings });
  const masterKeyFile = join(folder, 'master.key');
  writeFileSync(masterKeyFile, newMasterKey(), { mode: 0o600 });
  try {
    const started = await startOn({ databaseUrl: database.url, masterKeyFile });
    return {
      ...started,
      async stop() {
        await started.stop();
        await database.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The same on a database that is there. */
export async function startOn(input: { databaseUrl: string; masterKeyFile: string }): Promise<FuzzedGateway> {
  const sink = await openSink();
  const process = await startGatewayProcess({
    ...input,
    origin,
    webhookTargets: [sink.host],
    variables: unlimited,
  });
  const { databaseUrl, masterKeyFile } = input;
  const host = createContext(
    readConfig({
      DATABASE_URL: databaseUrl,
      MASTER_KEY_FILE: masterKeyFile,
      DATABASE_POOL: '2',
      LOG_LEVEL: 'error',
    }),
  );
  const port = Number(new URL(process.address).port);
  return {
    workshop: { port, origin, host, hook: `http://${sink.host}/` },
    process,
    async stop() {
      await host.db.destroy();
      await process.stop();
      await sink.close();
    },
  };
}
