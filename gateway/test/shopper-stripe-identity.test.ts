import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { lookAtDueChecks } from '../src/jobs/identity-checks.ts';
import { takeProcessorNews } from '../src/jobs/take-processor-news.ts';
import { type Id, newId } from '../src/lib/ids.ts';
import { type Tx, transact } from '../src/lib/tx.ts';
import { ensureLiveEnvironment, liveTimeZone } from '../src/merchants/environments.ts';
import { createStripeIdentity } from '../src/processor/stripe-identity.ts';
import { findIdentity, findNationalId } from '../src/shoppers/identity.ts';
import { findOrCreateShopper, locales } from '../src/shoppers/profile.ts';
import { openShopperSession } from '../src/shoppers/sessions.ts';
import { noticeOfIdentity } from '../src/pages/identity-notices.ts';
import { textsOf } from '../src/pages/texts/language.ts';
import { newMasterKey } from './support/master-key.ts';
import { newReader, type Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';

let world: PagesWorld;
let people = 0;
let sessions = 0;
const data = '/account/live/data';
const secretKey = 'sk_test_nobody';

beforeAll(async () => {
  world = await openPagesWorld();
  await ensureLiveEnvironment(world.context, liveTimeZone);
  world.context.hostedIdentity = createStripeIdentity({ secretKey, checks: 'document' });
});
afterAll(() => world.close());
beforeEach(() => void (world.logged.length = 0));
afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect(left.filter((mock) => mock.includes('api.stripe.com'))).toEqual([]);
});

const inLive = <T>(work: (tx: Tx) => Promise<T>) =>
  transact(world.context, { environmentId: 'live', actor: { kind: 'system', id: 'test' } }, work);
const stripe = () => nock('https://api.stripe.com');

/** Somebody who is signed in to the live account by a code. */
async function newOwner(): Promise<{ reader: Reader; shopperId: Id<'shp'>; sign: () => Promise<void> }> {
  const phone = `+4477009${String(10_000 + (people += 1))}`;
  const { shopperId } = await inLive((tx) => findOrCreateShopper(tx, { phone, locale: 'en' }));
  const reader = newReader(world.server, { 'Accept-Language': 'en' });
  const sign = async (): Promise<void> => {
    const { token } = await inLive((tx) => openShopperSession(tx, { shopperId, level: 1 }));
    const at = reader.cookies.findIndex(({ name }) => name === '__Host-shopper');
    if (at >= 0) reader.cookies.splice(at, 1);
    reader.cookies.push({ name: '__Host-shopper', value: token, path: '/' });
  };
  await sign();
  return { reader, shopperId, sign };
}

type Answer = Record<string, unknown>;

const begun = (url: string | null = 'https://verify.stripe.com/start/1'): Answer => ({
  status: 'requires_input',
  last_error: null,
  url,
});

const good = (given: { number?: string; birth?: number; name?: string } = {}): Answer => ({
  status: 'verified',
  url: null,
  verified_outputs: {
    first_name: given.name ?? 'Ada',
    last_name: 'Lovelace',
    dob: { day: 9, month: 2, year: given.birth ?? 1990 },
    id_number: null,
    id_number_type: null,
  },
  last_verification_report: {
    id: 'vr_1',
    document: { number: given.number ?? `P-${people} 1`, issuing_country: 'GB', type: 'passport' },
  },
});

const refused = (code: string): Answer => ({
  ...begun(),
  last_error: { code, reason: 'no' },
});

const object = 'identity.verification_session';

/** Begins a check from the page of one's data; returns Stripe's name for it, and our page of it. */
async function begin(reader: Reader): Promise<{ reference: string; page: string }> {
  const reference = `vs_${(sessions += 1)}`;
  await reader.get(data);
  stripe()
    .post('/v1/identity/verification_sessions')
    .reply(200, { id: reference, object, ...begun() });
  stands(reference, begun());
  await reader.submit('/data/identity', { consent: reader.boxes() });
  return { reference, page: reader.page.path };
}

/** How a check stands at Stripe, the next time that we ask. */
function stands(reference: string, answer: Answer, status = 200): void {
  stripe()
    .get(`/v1/identity/verification_sessions/${reference}`)
    .query(true)
    .reply(status, status === 200 ? { id: reference, object, ...answer } : answer);
}

const checkOf = (reference: string) => world.context.db('identity_checks').where({ reference }).first();
const mayErase = (reader: Reader) => reader.page.html.includes(`${data}/file`);

function newsOf(type: string, thing: object): Parameters<typeof takeProcessorNews>[1] {
  const id = newId('req');
  const event = { id, type, madeAt: world.clock.now(), account: undefined, thing: thing as never };
  return { environmentId: 'live', event };
}

describe('a check of an identity at Stripe', () => {
  test('is asked for with our id as the key, leads there and back, and opens what needs it', async () => {
    const { reader, shopperId } = await newOwner();
    await reader.get(data);
    expect(reader.text).toContain('Stripe, a payments company, checks your identity');
    expect(reader.page.html).not.toContain('name="national_id"');
    const asked: { key: unknown; form: Record<string, string> }[] = [];
    stripe()
      .post('/v1/identity/verification_sessions')
      .reply(function (_, body) {
        const form = Object.fromEntries(new URLSearchParams(body as string));
        asked.push({ key: this.req.headers['idempotency-key'], form });
        return [200, { id: 'vs_first', object, ...begun() }];
      });
    stands('vs_first', begun());
    await reader.submit('/data/identity', { consent: reader.boxes() });
    const page = reader.page.path;
    const checkId = page.split('/').at(-1)!;
    expect(asked).toEqual([
      {
        key: checkId,
        form: {
          type: 'document',
          return_url: `http://127.0.0.1:4000${page}`,
          'metadata[check_id]': checkId,
          'metadata[environment_id]': 'live',
        },
      },
    ]);
    expect(reader.page.html).toContain('href="https://verify.stripe.com/start/1"');

    const before = reader.cookies.find(({ name }) => name === '__Host-shopper')?.value;
    stands('vs_first', good({ number: 'AB 12-3' }));
    await reader.get(page);
    expect(reader.page.path).toBe(data);
    expect(mayErase(reader)).toBe(true);
    expect(reader.cookies.find(({ name }) => name === '__Host-shopper')?.value).not.toBe(before);
    expect(await inLive((tx) => findIdentity(tx, shopperId))).toMatchObject({
      name: 'Ada Lovelace',
      birthDate: '1990-02-09',
      provider: 'stripe',
    });
    expect(await inLive((tx) => findNationalId(tx, shopperId))).toBe('GB:passport:AB123');
  });

  test('asks for what is sensitive by name, and takes an identity number where that is what was checked', async () => {
    const hosted = createStripeIdentity({ secretKey, checks: 'id_number' });
    const queries: unknown[] = [];
    stripe()
      .get('/v1/identity/verification_sessions/vs_n')
      .query((query) => queries.push(query) > 0)
      .reply(200, {
        id: 'vs_n',
        object,
        ...good(),
        verified_outputs: {
          first_name: 'Ada',
          last_name: 'Lovelace',
          dob: { day: 9, month: 12, year: 1990 },
          id_number: '000-00-0001',
          id_number_type: 'us_ssn',
        },
      });
    expect(await hosted.lookUp('vs_n')).toEqual({
      status: 'verified',
      name: 'Ada Lovelace',
      birthDate: '1990-12-09',
      number: 'us_ssn:000000001',
    });
    expect(JSON.stringify(queries)).toContain('verified_outputs.id_number');
  });

  test('survives coming back early, reloading, a second tab and a slow answer', async () => {
    const { reader } = await newOwner();
    const { reference, page } = await begin(reader);
    stands(reference, begun('https://verify.stripe.com/start/2'));
    await reader.get(page);
    expect(reader.page.html).toContain('https://verify.stripe.com/start/2');
    stands(reference, { ...begun(null), status: 'processing' });
    await reader.get(page);
    expect(reader.text).toContain('Stripe is looking');
    expect(reader.page.html).toContain(`href="${page}"`);
    stands(reference, good());
    await reader.get(page);
    expect(mayErase(reader)).toBe(true);
    // Once it is over nobody is asked again: the back button and the other tab lead on.
    await reader.get(page);
    expect(reader.page.path).toBe(data);
  });

  test('lasts 15 minutes from its end, however often its page is loaded', async () => {
    const { reader } = await newOwner();
    const { reference, page } = await begin(reader);
    stands(reference, good());
    await reader.get(page);
    world.passMinutes(8);
    await reader.get(page);
    expect(mayErase(reader)).toBe(true);
    world.passMinutes(8);
    await reader.get(page);
    expect(mayErase(reader)).toBe(false);
  });

  test.each([
    ['abandoned', 'check_declined'],
    ['consent_declined', 'check_declined'],
    ['country_not_supported', 'document_unsupported'],
    ['device_not_supported', 'device_unsupported'],
    ['document_expired', 'document_expired'],
    ['document_type_not_supported', 'document_unsupported'],
    ['document_unverified_other', 'document_unverified'],
    ['id_number_mismatch', 'number_not_matched'],
    ['selfie_face_mismatch', 'selfie_not_matched'],
    ['under_supported_age', 'minor'],
    ['something_new', 'document_unverified'],
  ])('that was refused there as %s has a code that tells what to do: %s', async (code, ours) => {
    const hosted = createStripeIdentity({ secretKey, checks: 'document' });
    stands('vs_refused', refused(code));
    expect(await hosted.lookUp('vs_refused')).toEqual({ status: 'refused', code: ours });
    for (const locale of locales) {
      expect(textsOf[locale].notices[noticeOfIdentity(ours)]({}).text.length).toBeGreaterThan(10);
    }
  });

  test('that was refused says why on the page where it began, and begins again', async () => {
    const { reader } = await newOwner();
    const { reference, page } = await begin(reader);
    stands(reference, refused('document_expired'));
    await reader.get(page);
    expect(reader.page.path).toBe(data);
    expect(reader.text).toContain('Your document has expired');
    await begin(reader);
    expect(reader.text).toContain('Go on to Stripe');
  });

  test('that was given up there leads back and can begin again', async () => {
    const { reader } = await newOwner();
    const { reference, page } = await begin(reader);
    stands(reference, { ...begun(null), status: 'canceled' });
    await reader.get(page);
    expect(reader.text).toContain('The identity check was not finished');
  });

  test('of a person under 18, and of one who is somebody else already, is refused', async () => {
    const first = await newOwner();
    const young = await begin(first.reader);
    stands(young.reference, good({ birth: 2015 }));
    await first.reader.get(young.page);
    expect(first.reader.text).toContain('18 years or more');
    const own = await begin(first.reader);
    stands(own.reference, good({ number: 'SAME' }));
    await first.reader.get(own.page);
    expect(mayErase(first.reader)).toBe(true);

    const second = await newOwner();
    const taken = await begin(second.reader);
    stands(taken.reference, good({ number: 'SAME' }));
    await second.reader.get(taken.page);
    expect(second.reader.text).toContain('already verified with another mobile number');
    expect(mayErase(second.reader)).toBe(false);

    world.passMinutes(14);
    await first.reader.get(data);
    world.passMinutes(2);
    const other = await begin(first.reader);
    stands(other.reference, good({ number: 'OTHER' }));
    await first.reader.get(other.page);
    expect(first.reader.text).toContain('verified as somebody else before');
  });

  test('is shown to its shopper only; who was signed out meanwhile is told, and their identity is kept', async () => {
    const { reader, shopperId, sign } = await newOwner();
    const { reference, page } = await begin(reader);
    const stranger = await newOwner();
    await stranger.reader.get(page);
    expect(stranger.reader.page.status).toBe(410);
    const nobody = newReader(world.server, { 'Accept-Language': 'en' });
    await nobody.get(page);
    expect(nobody.text).toContain('There is no such check');

    world.passMinutes(16);
    await reader.get(page);
    expect(reader.page.status).toBe(410);
    expect(reader.text).toContain('Go back to the page where you began and sign in there');
    stands(reference, good());
    expect(await lookAtDueChecks(world.context)).toBeGreaterThan(0);
    expect(await inLive((tx) => findIdentity(tx, shopperId))).toBeDefined();
    // Another sign-in than the one that it began in is not raised by it.
    await sign();
    await reader.get(page);
    expect(reader.page.path).toBe(data);
    expect(mayErase(reader)).toBe(false);
  });

  test('may be begun five times in one sign-in', async () => {
    const { reader } = await newOwner();
    for (let times = 0; times < 5; times += 1) await begin(reader);
    await reader.get(data);
    await reader.submit('/data/identity', { consent: reader.boxes() });
    expect(reader.text).toContain('The identity check failed too often');
  });

  test.each([
    ['a failing', 500, {}],
    ['a refusing', 401, { error: { type: 'invalid_request_error', message: 'Invalid API key' } }],
  ])('by %s Stripe changes nothing and can be asked for again', async (_, status, body) => {
    const { reader } = await newOwner();
    await reader.get(data);
    stripe().post('/v1/identity/verification_sessions').reply(status, body);
    await reader.submit('/data/identity', { consent: reader.boxes() });
    expect(reader.text).toContain('cannot be begun at the moment');
    expect(world.logged).toHaveLength(1);
    const { reference, page } = await begin(reader);
    stands(reference, body, status);
    await reader.get(page);
    expect(reader.page.status).toBe(503);
    expect(reader.text).toContain('What you handed in there is kept');
    stands(reference, good());
    await reader.get(page);
    expect(mayErase(reader)).toBe(true);
  });

  test('whose key may not see what was checked verifies nobody', async () => {
    const { reader, shopperId } = await newOwner();
    const { reference, page } = await begin(reader);
    stands(reference, { ...good(), last_verification_report: 'vr_1' });
    await reader.get(page);
    expect(reader.page.status).toBe(503);
    expect(JSON.stringify(world.logged)).toContain('the key may not see');
    expect(await inLive((tx) => findIdentity(tx, shopperId))).toBeUndefined();
  });
});

describe('what Stripe tells of checks', () => {
  test('only makes us look: a check that is told to be verified is not until it is looked up', async () => {
    const { reader, shopperId } = await newOwner();
    const { reference } = await begin(reader);
    const { id } = await checkOf(reference);
    const told = { id: reference, status: 'verified', metadata: { check_id: id } };
    const news = newsOf('identity.verification_session.verified', told);
    expect(await takeProcessorNews(world.context, news)).toEqual({ result: 'looked_up' });
    expect(await takeProcessorNews(world.context, news)).toBe('repeated');
    expect(await inLive((tx) => findIdentity(tx, shopperId))).toBeUndefined();
    stands(reference, refused('document_expired'));
    expect(await lookAtDueChecks(world.context)).toBe(1);
    expect(await checkOf(reference)).toMatchObject({ status: 'refused', code: 'document_expired' });
    const again = newsOf('identity.verification_session.verified', told);
    expect(await takeProcessorNews(world.context, again)).toEqual({ result: 'known' });
    expect(await lookAtDueChecks(world.context)).toBe(0);
  });

  test('of a check that is none of ours is parked', async () => {
    const news = newsOf('identity.verification_session.verified', { id: 'vs_nobody' });
    expect(await takeProcessorNews(world.context, news)).toEqual({
      result: 'parked',
      reason: 'check_unknown',
    });
  });

  test('is not needed: an abandoned check is over after a day', async () => {
    await world.context.db('identity_checks').whereNull('settled_at').delete();
    const { reader } = await newOwner();
    const { reference } = await begin(reader);
    world.passMinutes(16);
    stands(reference, begun());
    expect(await lookAtDueChecks(world.context)).toBe(1);
    expect(await lookAtDueChecks(world.context)).toBe(0);
    world.passMinutes(24 * 60);
    stands(reference, begun());
    expect(await lookAtDueChecks(world.context)).toBe(1);
    expect(await checkOf(reference)).toMatchObject({ status: 'ended', look_at: null });
  });

  test('that comes while the shopper comes back settles the check once', async () => {
    const { reader } = await newOwner();
    const { reference, page } = await begin(reader);
    const { id } = await checkOf(reference);
    const news = newsOf('identity.verification_session.verified', {
      id: reference,
      metadata: { check_id: id },
    });
    await takeProcessorNews(world.context, news);
    stands(reference, good());
    stands(reference, good());
    await Promise.all([reader.get(page), lookAtDueChecks(world.context)]);
    const rows = await world.context.db('shopper_identities').where({ reference });
    expect(rows).toHaveLength(1);
    nock.cleanAll();
  });
});

describe('without Stripe Identity', () => {
  test('a live check says that it cannot be begun', async () => {
    const { hostedIdentity } = world.context;
    world.context.hostedIdentity = undefined;
    const { reader } = await newOwner();
    await reader.get(data);
    await reader.submit('/data/identity', { consent: reader.boxes() });
    expect(reader.text).toContain('Something else was being written');
    world.context.hostedIdentity = hostedIdentity;
  });

  test('the configuration asks for the key', () => {
    const keyFile = join(tmpdir(), `morrow-identity-key-${process.pid}`);
    writeFileSync(keyFile, newMasterKey());
    const given = {
      DATABASE_URL: 'postgres://x',
      MASTER_KEY_FILE: keyFile,
      IDENTITY_CHECK: 'stripe_document',
    };
    expect(() => readConfig(given)).toThrow('IDENTITY_CHECK=stripe_document needs STRIPE_SECRET_KEY');
    expect(() => readConfig({ ...given, IDENTITY_CHECK: 'maybe' })).toThrow('IDENTITY_CHECK');
  });
});
