import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { expireSessions } from '../src/checkout/end.ts';
import { finishOpenAsks } from '../src/checkout/finish-open-asks.ts';
import { findSession } from '../src/checkout/sessions.ts';
import { findDesk, setDeskAddress } from '../src/credit/desks/addresses.ts';
import { type Ask, listAsksOf, questionOf } from '../src/credit/desks/asks.ts';
import { closeDesk, openDesk } from '../src/credit/desks/breaker.ts';
import type { Desks } from '../src/credit/desks/desks.ts';
import type { DeskProof } from '../src/credit/desks/port.ts';
import { findFunderKey, registerFunderKey, revokeFunderKey } from '../src/credit/funder-keys.ts';
import { createFunder, type Funder, listFunders } from '../src/credit/funders.ts';
import { readAnswer } from '../src/http/desks/answer.ts';
import { deskTarget } from '../src/http/desks/desk-target.ts';
import { createDesks } from '../src/http/desks/desks.ts';
import { importMerchantKey } from '../src/lib/jwk.ts';
import { type Tx, transact } from '../src/lib/tx.ts';
import { ensureLiveEnvironment } from '../src/merchants/environments.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { cutOff } from './support/cut-off.ts';
import { refusalFrom } from './support/refusal.ts';
import { openShop, type Shop } from './support/shop.ts';
import { generateKey } from './support/sign.ts';
import { openCheckout } from './support/walk.ts';
import { openWorld, type World } from './support/world.ts';

/** The desk of docs/funder-desk, as a process of its own, for one funder. */
async function startDesk(keyid: string, pem: string) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-desk-'));
  const file = join(folder, 'key.pem');
  writeFileSync(file, pem);
  const script = join(import.meta.dirname, '../../docs/funder-desk/desk.mjs');
  const child = spawn(process.execPath, [script], {
    env: {
      MORROW_BASE_URL: world.address,
      DESK_KEY_ID: keyid,
      DESK_PRIVATE_KEY_FILE: file,
      DESK_MOST_AMOUNT: '50000',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let heard = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard += text));
  while (!heard.includes('\n')) await once(child.stdout, 'data');
  const [url = ''] = /http:\S+/.exec(heard) ?? [];
  return {
    url,
    /** What it was told of one question, in order. */
    heardOf: (askId: string) => heard.split('\n').filter((line) => line.includes(askId)),
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

let world: World;
let shop: Shop;
let lantern: Funder;
let kid: string;
let desk: Awaited<ReturnType<typeof startDesk>>;
let desks: Desks;
/** What the gateway logged about outages. */
const outages: { ask_id: string; reason: string }[] = [];
const reasonsOf = ({ id }: Ask) => outages.filter(({ ask_id }) => ask_id === id).map(({ reason }) => reason);

/** What the desk was told of a question, in order; its words come over a pipe, a moment after its answers. */
const expectHeard = ({ id }: Ask, lines: string[]) =>
  vi.waitFor(() => expect(desk.heardOf(id)).toEqual(lines.map((line) => line.replace(' ', ` ${id}: `))));

beforeAll(async () => {
  world = await openWorld();
  // The desk is a process with a clock of its own, so the gateway's has to be right.
  world.clock.at = new Date();
  const log = pino({ level: 'warn' }, { write: (line: string) => void outages.push(JSON.parse(line)) });
  desks = createDesks({ ...world.context, log });
  world.context.desks = desks;
  shop = await openShop(world);
  const [first] = await shop.inTx((tx) => listFunders(tx));
  if (!first) throw new Error('a sandbox has funders');
  lantern = first;
  const { privateKey, jwk } = generateKey('ed25519');
  const key = importMerchantKey(jwk);
  kid = key.kid;
  const keyless = shop.inTx((tx) =>
    setDeskAddress(tx, { funderId: lantern.id, url: new URL('https://a.example/') }),
  );
  expect((await refusalFrom(keyless)).code).toBe('state_conflict');
  await shop.inTx((tx) => registerFunderKey(tx, { funderId: lantern.id, key }));
  desk = await startDesk(
    `${lantern.id}/${kid}`,
    privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  );
  world.context.config.sandboxWebhookTargets.push(new URL(desk.url).host);
});
afterAll(async () => {
  await desk.stop();
  await world.close();
});
beforeEach(async () => {
  world.clock.at = new Date();
  await setAddress();
});

/** Has the desk asked at its address from now on, which may be one where it misbehaves. */
function setAddress(trouble?: string): Promise<void> {
  const url = `${desk.url}/plans${trouble === undefined ? '' : `?trouble=${trouble}`}`;
  const target = deskTarget(world.context.config, { url, environmentId: shop.environmentId });
  return shop.inTx((tx) => setDeskAddress(tx, { funderId: lantern.id, url: target.url }));
}

let persons = 0;
const nextPerson = (): string => `good-${(persons += 1)}`;

/** What stands of a session, and its only question. */
const look = (sessionId: string) =>
  shop.inTx(async (tx) => {
    const session = await findSession(tx, { sessionId });
    const [ask, ...more] = await listAsksOf(tx, sessionId);
    expect(more).toEqual([]);
    return { session, funder: session.confirmedOffer?.funder.name, ask: ask as Ask };
  }, 'read');

/** Confirms a purchase over the API; it has one question to the desk. */
async function confirmed(amount = 5_000, plan = 'pay_in_4') {
  const { id } = await openCheckout(shop, amount);
  const person = nextPerson();
  const path = `/v1/sandbox/checkout-sessions/${id}/confirm`;
  const answer = await shop.send('POST', path, { plan_code: plan, test_person: person });
  return { id, status: answer.status, person, ...(await look(id)) };
}

describe('a funder’s service at an address of its own', () => {
  it('accepts: its reference and what proves its answer are kept', async () => {
    const { status, funder, ask, person } = await confirmed();
    expect({ status, funder, said: ask.status }).toEqual({
      status: 200,
      funder: 'Lantern Bank',
      said: 'accepted',
    });
    expect(ask.reference).toMatch(/^loan-\d+$/);
    await expectHeard(ask, ['ask accepted']);

    const proof = ask.proof as DeskProof;
    const request = { method: 'POST', url: new URL(proof.url), ...proof.question };
    const question = { askId: ask.id, funderId: lantern.id, environmentId: shop.environmentId };
    const keys = {
      wallNow: new Date(proof.receivedAt),
      findKey: async (keyid: string) => {
        const key = await findFunderKey(world.context, keyid);
        return key && { ...key, ownerId: key.funderId };
      },
    };
    const replay = (body = proof.answer.body, asked = question) => {
      const headersDistinct = Object.fromEntries(
        Object.entries(proof.answer.headers).map(([name, line]) => [name, [line]]),
      );
      const response = { status: proof.answer.status, headersDistinct, body: Buffer.from(body) };
      return readAnswer(response, request, { question: asked, keys });
    };
    expect(await replay()).toMatchObject({ id: ask.id, answer: 'accepted', reference: ask.reference });
    await expect(replay(proof.answer.body.replace('loan', 'gift'))).rejects.toThrow('not signed');
    await expect(replay(undefined, { ...question, funderId: 'fnd_other' })).rejects.toThrow('not signed');
    await expect(replay(undefined, { ...question, askId: 'fsk_other' })).rejects.toThrow('another question');

    const told = JSON.parse(proof.question.body) as Record<string, Record<string, unknown>>;
    expect(told).toMatchObject({
      type: 'ask',
      id: ask.id,
      environment: shop.environmentId,
      funder_id: lantern.id,
      amount: 5_000,
      currency: 'CNY',
      plan: { code: 'pay_in_4', purchase: 5_000, financed: 5_000, merchant: { name: 'Tea House' } },
    });
    expect(Object.keys(told.plan ?? {}).sort()).toEqual([
      'annual_rate_ppm',
      'category',
      'code',
      'financed',
      'installments',
      'market',
      'merchant',
      'purchase',
      'score_band',
      'shopper_id',
    ]);
    const { name, phone, nationalId } = findTestPerson(person) as unknown as Record<string, string>;
    for (const secret of [name, phone, nationalId]) {
      expect(secret).toBeTruthy();
      expect(proof.question.body).not.toContain(secret);
    }
  });

  it('refuses with its reason: the next one carries the plan within the same request', async () => {
    const { status, funder, ask } = await confirmed(60_000, 'monthly_3');
    expect({ status, funder }).toEqual({ status: 200, funder: 'Harbour Credit' });
    expect(ask).toMatchObject({ status: 'refused', code: 'amount_too_large' });
    expect(ask.reference).toMatch(/^loan-\d+$/);
    expect(reasonsOf(ask)).toEqual([]);
    // It hears nobody but the gateway.
    expect(await fetch(`${desk.url}/plans`, { method: 'POST', body: '{}' })).toMatchObject({ status: 401 });
  });

  it.each([
    ['hangs', 'it took too long'],
    ['fails', 'it answered with 500'],
    ['huge', 'it has more than 16384 bytes'],
    ['unsigned', 'has no Signature-Input'],
    ['wrong_key', 'The signature does not hold'],
    ['replays', 'The signature does not hold'],
  ])('%s: the next one carries the plan, and it is told that it does not', async (trouble, reason) => {
    await setAddress(trouble);
    const { status, funder, ask } = await confirmed();
    expect({ status, funder }).toEqual({ status: 200, funder: 'Harbour Credit' });
    expect(ask).toMatchObject({ status: 'unknown', reference: null, proof: null });
    if (trouble !== 'hangs') expect(reasonsOf(ask)).toEqual([expect.stringContaining(reason)]);
    const environment = { environmentId: shop.environmentId, funderId: lantern.id };
    expect(await findDesk(world.db, environment)).toMatchObject({ failures: 1 });

    await setAddress();
    await finishOpenAsks(world.context);
    await expectHeard(ask, [`ask accepted, and ${trouble}`, 'withdraw withdrawn']);
    expect(await finishOpenAsks(world.context)).toBe(0);
    // Whoever asks once more, because it died before it wrote that down, is refused.
    const question = questionOf(
      { environment: { id: shop.environmentId, kind: 'sandbox', timeZone: '' } },
      ask,
    );
    const sandboxDesk = desks.deskOf('sandbox');
    expect(await sandboxDesk.ask(question)).toMatchObject({ status: 'refused', code: 'withdrawn' });
    expect(await sandboxDesk.withdraw(question)).toBe('withdrawn');
  });

  it('is told of a withdrawal until it has heard it', async () => {
    await setAddress('unsigned');
    const { ask } = await confirmed();
    expect(await finishOpenAsks(world.context)).toBe(1);
    expect(await finishOpenAsks(world.context)).toBe(0);
    await setAddress();
    world.passMs(61_000);
    expect(await finishOpenAsks(world.context)).toBe(1);
    await expectHeard(ask, [
      'ask accepted, and unsigned',
      'withdraw withdrawn, and unsigned',
      'withdraw withdrawn',
    ]);
    expect(await finishOpenAsks(world.context)).toBe(0);
  });
});

describe('a process that dies between the question and its answer', () => {
  /** The desk hears the question of somebody who does not live to write down its answer. */
  async function askAndDie(ask: Ask) {
    const environment = { id: shop.environmentId, kind: 'sandbox' as const, timeZone: '' };
    return desks.deskOf('sandbox').ask(questionOf({ environment }, ask));
  }

  it('is asked again under the same id, and answers the same', async () => {
    const id = await cutOff(shop, nextPerson());
    const { ask } = await look(id);
    const first = await askAndDie(ask);
    world.passMs(11_000);
    await finishOpenAsks(world.context);
    const after = await look(id);
    expect(after).toMatchObject({ session: { status: 'confirmed' }, ask: { status: 'accepted' } });
    expect(first).toMatchObject({ status: 'accepted', receipt: { reference: after.ask.reference } });
    await expectHeard(ask, ['ask accepted', 'ask accepted']);
  });

  it('leaves what the desk accepted to be withdrawn, when the checkout is over', async () => {
    const now = world.clock.at;
    world.clock.at = new Date(now.getTime() - 31 * 60_000);
    const id = await cutOff(shop, nextPerson());
    world.clock.at = now;
    const { ask } = await look(id);
    await askAndDie(ask);
    await shop.inTx((tx) => expireSessions(tx));
    while ((await finishOpenAsks(world.context)) > 0);
    expect(await look(id)).toMatchObject({ session: { status: 'expired' }, ask: { status: 'withdrawn' } });
    await expectHeard(ask, ['ask accepted', 'ask accepted', 'withdraw withdrawn']);
  });
});

describe('the address of a funder’s service', () => {
  it('is https on the public internet; only a sandbox may name a listed loopback one', () => {
    const { config } = world.context;
    const set = (url: string, environmentId: string) => deskTarget(config, { url, environmentId });
    expect(set(desk.url, shop.environmentId).reach).toBe('loopback');
    expect(set('https://desk.example/morrow', 'live').reach).toBe('public');
    for (const url of [desk.url, 'http://desk.example/', 'https://10.0.0.1/', 'https://u:p@desk.example/'])
      expect(() => set(url, 'live'), url).toThrow(expect.objectContaining({ code: 'url_forbidden' }));
    expect(() => set('http://127.0.0.1:1/', shop.environmentId)).toThrow('not an https URL');
  });

  it('is what live needs: nobody answers there from the database, and no address escapes the rules', async () => {
    await ensureLiveEnvironment(world.context, 'Asia/Shanghai');
    const inLive = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
      transact(world.context, { environmentId: 'live', actor: { kind: 'system', id: 'test' } }, work);
    const { id: funderId } = await inLive((tx) =>
      createFunder(tx, {
        name: 'Live Bank',
        priority: 1,
        currency: 'CNY',
        capacity: 1_000n,
        feeShareBasisPoints: 4_000,
        servicingBasisPoints: 100,
      }),
    );
    expect((await refusalFrom(inLive((tx) => openDesk(tx, funderId)))).code).toBe('state_conflict');
    const common = { askId: 'fsk_1', environmentId: 'live', funderId };
    const ask = () => desks.deskOf('live').ask({ ...common, amount: 1n, currency: 'CNY', plan: null });
    await expect(ask()).rejects.toThrow('it has no address');

    const key = importMerchantKey(generateKey('ed25519').jwk);
    await inLive((tx) => registerFunderKey(tx, { funderId, key }));
    for (const [url, reason] of [
      [desk.url, 'not an https URL'],
      ['https://127.0.0.1/', 'not on the public internet'],
    ] as const) {
      await inLive((tx) => setDeskAddress(tx, { funderId, url: new URL(url) }));
      await expect(ask()).rejects.toThrow(reason);
    }
  });

  it('counts no more once it is cleared, nor an answer by a key that was revoked', async () => {
    await shop.inTx((tx) => closeDesk(tx, lantern.id));
    const environment = { environmentId: shop.environmentId, funderId: lantern.id };
    expect(await findDesk(world.db, environment)).toBeUndefined();
    const { id } = await openCheckout(shop, 5_000);
    const path = `/v1/sandbox/checkout-sessions/${id}/confirm`;
    await shop.post(path, { plan_code: 'pay_in_4', test_person: nextPerson() });
    expect(await shop.inTx((tx) => listAsksOf(tx, id))).toEqual([]);

    await setAddress();
    await shop.inTx((tx) => revokeFunderKey(tx, { funderId: lantern.id, kid }));
    const { funder, ask } = await confirmed();
    expect({ funder, said: ask.status }).toEqual({ funder: 'Harbour Credit', said: 'unknown' });
    expect(reasonsOf(ask)).toEqual([expect.stringContaining('No active key')]);
  });
});
