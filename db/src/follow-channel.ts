import type { Knex } from 'knex';
import { Client } from 'pg';
import { connectionOf } from './connect.ts';

const retryMs = 1_000;

export type Followed = { close(): Promise<void> };

export type Follower = {
  /** The payload of a notification. */
  onNotice(payload: string): void;
  /** Called whenever listening begins, also again: notifications may have been missed before. */
  onStart(): void;
  /** Why there is no connection now; another one is tried every second. */
  onLost(error: unknown): void;
};

/**
 * Listens to a channel of NOTIFY on a connection of its own, which is opened anew when it breaks. Resolves when the first
 * attempt is over, whatever came of it. Behind a pooler that hands out connections by the transaction nothing is ever
 * heard, so no one may rely on it alone.
 */
export async function followChannel(db: Knex, channel: string, follower: Follower): Promise<Followed> {
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function start(): Promise<void> {
    const started = new Client({ ...connectionOf(db), keepAlive: true });
    client = started;
    started.on('notification', ({ payload }) => follower.onNotice(payload ?? ''));
    const lose = (reason?: unknown): void => {
      if (client !== started || closed) return;
      client = undefined;
      follower.onLost(reason);
      void started.end().catch(() => undefined);
      timer = setTimeout(() => void start(), retryMs);
    };
    started.on('error', lose);
    started.on('end', lose);
    try {
      await started.connect();
      await started.query(`listen ${started.escapeIdentifier(channel)}`);
      if (client === started) follower.onStart();
    } catch (error) {
      lose(error);
    }
  }

  await start();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
