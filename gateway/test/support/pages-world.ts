import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskEvidence } from '../../src/disputes/evidence/store.ts';
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import pino from 'pino';
import { openSandbox } from '../../src/jobs/open-sandbox.ts';
import { openSession, type SessionLine } from '../../src/checkout/sessions.ts';
import type { Context } from '../../src/context.ts';
import { createApp } from '../../src/http/app.ts';
import { createHttpServer } from '../../src/http/listen.ts';
import { newId } from '../../src/lib/ids.ts';
import { importMerchantKey } from '../../src/lib/jwk.ts';
import { type Tx, transact } from '../../src/lib/tx.ts';
import { createVault } from '../../src/lib/vault.ts';
import type { Merchant } from '../../src/merchants/merchants.ts';
import { listInbox } from '../../src/notifications/inbox.ts';
import { pagesRouter } from '../../src/pages/router.ts';
import { mountMockProcessor } from '../../src/processor/mock/mount.ts';
import { createProcessors } from '../../src/processor/processors.ts';
import { generateKey } from './sign.ts';

/** The wall clock of these tests begins here; the sandbox's own clock stands on another date. */
export const wallStart = new Date('2026-11-20T08:00:00Z');
export const sandboxDate = new Date('2026-03-01T01:00:00Z');

export const teaLines: SessionLine[] = [
  { name: 'Tea set', quantity: 1, unit_amount: 32_000, amount: 32_000 },
  { name: 'Oolong, 100 g', quantity: 2, unit_amount: 4000, amount: 8000 },
];

/**
 * A gateway's pages on a real database of its own, whose wall clock moves when a test says so. Scripts, which are no
 * tests, bring a migrated one.
 */
export async function openPagesWorld(database?: TestDatabase) {
  const { db, drop } = database ?? (await freshDatabase());
  const clock = { at: wallStart, now: () => clock.at };
  const logged: Record<string, unknown>[] = [];
  const context: Context = {
    db,
    clock,
    vault: createVault([{ id: 'k1', key: randomBytes(32) }]),
    config: { origins: { api: 'http://127.0.0.1:4000' } } as Context['config'],
    processorFor: createProcessors({ sandbox: true, timeoutMs: 5000 }),
    mailer: undefined,
    evidence: diskEvidence(join(tmpdir(), `morrow-evidence-${randomBytes(6).toString('hex')}`)),
    log: pino({ level: 'warn' }, { write: (line) => void logged.push(JSON.parse(line)) }),
  };
  const unmount = mountMockProcessor(db, clock);
  const app = createApp(context, {
    routes: [],
    findKey: async () => undefined,
    pages: [{ path: '/', router: pagesRouter(context) }],
  });
  const server: Server = createHttpServer(app);
  return {
    context,
    clock,
    logged,
    server,
    openShop: (input: ShopInput = {}) => openShop(context, input),
    shopAt: (place: Place) => shopAt(context, place),
    passMinutes: (minutes: number) => void (clock.at = new Date(clock.at.getTime() + minutes * 60_000)),
    async close() {
      unmount();
      server.close();
      await drop();
    },
  };
}

export type PagesWorld = Awaited<ReturnType<typeof openPagesWorld>>;

type ShopInput = {
  name?: string;
  firstPart?: Merchant['firstPart'];
  origin?: string;
} & Partial<Pick<Merchant, 'category' | 'country' | 'currency' | 'subsidies'>>;

/** A shop in a sandbox of its own. */
async function openShop(context: Context, input: ShopInput): Promise<Shop> {
  const { name = 'Tea House', firstPart = 'capture', origin = 'http://localhost:4100' } = input;
  const { category = 'retail', country = 'CN', currency = 'CNY', subsidies = {} } = input;
  const { sandboxId: environmentId, merchant } = await openSandbox(context, {
    name,
    category,
    country,
    timeZone: 'Asia/Shanghai',
    currency,
    subsidies,
    clockAt: sandboxDate,
    allowedOrigins: [origin],
    feeBasisPoints: 300,
    feeFixed: 100n,
    firstPart,
    key: importMerchantKey(generateKey('ed25519').jwk),
  });
  return shopAt(context, { environmentId, merchant, origin });
}

type Place = { environmentId: string; merchant: Merchant; origin?: string };

/** A shop that is there already, for instance because its owner signed up. */
function shopAt(context: Context, { environmentId, merchant, origin = 'http://localhost:4100' }: Place) {
  const { currency } = merchant;
  const inTx = <T>(work: (tx: Tx) => Promise<T>, access: 'read' | 'write' = 'write') =>
    transact(context, { environmentId, actor: { kind: 'system', id: 'test' }, access }, work);
  return {
    environmentId,
    merchant,
    inTx,
    async openCheckout(
      input: { lines?: SessionLine[]; reference?: string; returnUrl?: string } & Partial<
        Pick<Parameters<typeof openSession>[1], 'channel' | 'payAfterDays' | 'repaymentDay'>
      > = {},
    ) {
      const { lines = teaLines, channel, payAfterDays, repaymentDay } = input;
      const { session, secret } = await inTx((tx) =>
        openSession(tx, {
          merchantId: merchant.id,
          merchantReference: input.reference ?? newId('req'),
          amount: BigInt(lines.reduce((total, { amount }) => total + amount, 0)),
          currency,
          lines,
          channel,
          payAfterDays,
          repaymentDay,
          returnUrl: input.returnUrl ?? `${origin}/return?cart=7`,
        }),
      );
      return { sessionId: session.id, path: `/c/${secret}` };
    },
    /** The newest code that was sent to any phone of this sandbox. */
    async newestCode(): Promise<string> {
      const { messages } = await inTx((tx) => listInbox(tx, { limit: 1 }), 'read');
      const code = messages[0] && /\d{6}/.exec(messages[0].body)?.[0];
      if (code === undefined) throw new Error('no code was sent');
      return code;
    },
  };
}

export type Shop = ReturnType<typeof shopAt>;
