import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listMerchantAccounts } from '../src/banking/merchant-accounts.ts';
import { addDays, addMs, dateIn, dayMs } from '../src/lib/dates.ts';
import type { Id } from '../src/lib/ids.ts';
import { findVerificationKey } from '../src/merchants/keys.ts';
import { findMerchant } from '../src/merchants/merchants.ts';
import { toWritten } from '../src/onboarding/businesses.ts';
import type { BusinessDetails } from '../src/onboarding/details.ts';
import { forgetBusinesses } from '../src/onboarding/forget.ts';
import { listOwners } from '../src/onboarding/owners.ts';
import { reasonToHold } from '../src/settlement/holds.ts';
import { termsOn } from '../src/settlement/terms.ts';
import { saveIdentity } from '../src/shoppers/identity.ts';
import { listLinks } from '../src/shoppers/links/links.ts';
import { parseNationalId } from '../src/shoppers/national-id.ts';
import { findOrCreateShopper } from '../src/shoppers/profile.ts';
import { findTestPerson } from '../src/shoppers/sandbox-identity.ts';
import { newAuthenticator } from './support/authenticator.ts';
import { actionsOf, inInstallation, newOperator, optionsOn, type SignedIn } from './support/console.ts';
import {
  dashboardOrigin,
  memberActionsOf,
  newMember,
  type SignedInMember,
  signInToDashboard,
} from './support/dashboard.ts';
import type { Reader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld, type Shop } from './support/pages-world.ts';
import { generateKey } from './support/sign.ts';

// A business tells who it is, an operator decides, and only then anything live is possible.

let world: PagesWorld;
let risk: SignedIn;
let numbers = 0;

beforeAll(async () => {
  world = await openPagesWorld();
  await inInstallation(world, () => Promise.resolve());
  risk = await newOperator(world, ['risk'], 'Rita');
});
afterAll(() => world.close());
beforeEach(async () => {
  expect(world.logged).toEqual([]);
  await world.context.db('member_sign_ins').delete();
});

const page = '/dashboard/go-live';
const queue = '/console/live/businesses';

type Applicant = SignedInMember & { shop: Shop; details: Record<string, string> };

async function newApplicant(): Promise<Applicant> {
  numbers += 1;
  const shop = await world.openShop();
  const owner = await newMember(world, shop, 'owner', 'Olga');
  return { ...owner, shop, details: detailsOf(`HRB ${numbers}`) };
}

function detailsOf(registration: string): Record<string, string> {
  return {
    legal_name: 'Teehaus Nord GmbH',
    registration_number: registration,
    country: 'DE',
    address: 'Hafenstraße 1\n20457 Hamburg',
    website: 'https://teehaus.example/shop',
    category: 'retail',
    monthly_volume: '50000',
    account_holder: 'TEEHAUS NORD GMBH',
    bank_name: 'Hafenbank',
    contact_name: 'Karla Kontakt',
    contact_mail: 'karla@teehaus.example',
    contact_phone: '+49 40 123456',
    representative_name: 'Vera Vertretung',
    representative_birth_date: '1980-05-31',
    owners: 'Olaf Eigner, L01X00T471',
    account_number: 'DE89 3704 0044 0532 0130 00',
  };
}

async function send(reader: Reader, step: 'save' | 'submit', details: Record<string, string>): Promise<void> {
  await reader.get(page);
  await reader.submit(page, { ...details, step });
}

const rowsOf = (table: string, where: object = {}) => world.context.db(table).where(where);
const businessOf = async ({ shop }: Applicant) =>
  (await rowsOf('businesses', { applicant_id: shop.merchant.id }).first()) as Record<string, unknown>;
const submissionsOf = async (applicant: Applicant) =>
  (await rowsOf('business_submissions', { business_id: (await businessOf(applicant)).id }).orderBy(
    'number',
  )) as Record<string, unknown>[];

async function reviewOf(applicant: Applicant, operator = risk): Promise<string> {
  const path = `${queue}/${String((await businessOf(applicant)).id)}`;
  await operator.reader.get(path);
  return path;
}

async function approve(applicant: Applicant, operator = risk): Promise<void> {
  await reviewOf(applicant, operator);
  await operator.reader.submit('/approve', { processor: 'acct_live_1', fee: '250', fee_fixed: '30' });
}

async function sendBack(applicant: Applicant, decision: string, note: string): Promise<void> {
  await reviewOf(applicant);
  await risk.reader.submit('/send-back', { decision, note });
}

describe('business details', () => {
  test('are kept unfinished, and handed in only when nothing is missing or cannot be so', async () => {
    const applicant = await newApplicant();
    const { reader, details, memberId } = applicant;
    await send(reader, 'save', { legal_name: 'Teehaus Nord GmbH', website: 'teehaus' });
    expect(reader.text).toContain('It is saved.');
    expect(reader.page.html).toContain('value="Teehaus Nord GmbH"');
    await reader.submit(page, {
      ...details,
      step: 'submit',
      website: 'http://teehaus.example',
      contact_mail: '',
    });
    expect(reader.text).toContain('Website cannot be so');
    expect(reader.text).toContain('Mail address of the contact is missing');
    await reader.submit(page, { ...details, step: 'submit', account_holder: 'Somebody Else' });
    expect(reader.text).toContain('Account holder has to be the legal name');
    expect(reader.page.html).toContain('value="Vera Vertretung"');
    await reader.submit(page, { ...details, step: 'submit', representative_birth_date: '2010-02-30' });
    expect(reader.text).toContain('Their date of birth cannot be so');
    expect(await submissionsOf(applicant)).toEqual([]);
    expect(await businessOf(applicant)).toMatchObject({ status: 'draft' });

    await reader.submit(page, { ...details, step: 'submit' });
    expect(reader.text).toContain('It is submitted.');
    expect(reader.text).toContain('Being read');
    expect(reader.text).toContain('ends in 3000');
    expect(reader.page.html).not.toContain('name="legal_name"');
    expect(await memberActionsOf(world, memberId)).toContain('business_submitted');
  });

  test('about people are in no table in plain', async () => {
    const applicant = await newApplicant();
    await send(applicant.reader, 'submit', applicant.details);
    const kept = JSON.stringify([await businessOf(applicant), await submissionsOf(applicant)]);
    expect(kept).toContain('Hafenbank');
    for (const secret of ['Karla', 'karla@', '123456', 'Vera', '1980-05-31', '0532'])
      expect(kept).not.toContain(secret);
  });

  test('that are sent twice at once are handed in once', async () => {
    const applicant = await newApplicant();
    const { reader, details } = applicant;
    await reader.get(page);
    const first = reader.submit(page, { ...details, step: 'submit' });
    const second = reader.submit(page, { ...details, step: 'submit' });
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200]);
    expect(await submissionsOf(applicant)).toHaveLength(1);
  });

  test('are not written over what somebody else wrote meanwhile, nor while they are read', async () => {
    const applicant = await newApplicant();
    const { reader, details, shop } = applicant;
    const other = await newMember(world, shop, 'owner', 'Otto');
    await reader.get(page);
    await send(other.reader, 'save', { ...details, bank_name: 'Other Bank' });
    await reader.submit(page, { ...details, step: 'save' });
    expect(reader.text).toContain('Somebody else changed the details meanwhile.');
    await send(reader, 'submit', details);
    await other.reader.submit(page, { ...details, bank_name: 'Third Bank', step: 'save' });
    expect(other.reader.text).toContain('cannot be changed now');
    expect(await businessOf(applicant)).toMatchObject({ details: { bank_name: 'Hafenbank' } });
  });

  test('are an owner’s, in every other role nobody’s, and show any text as it is', async () => {
    const applicant = await newApplicant();
    for (const role of ['finance', 'support', 'developer', 'counter'] as const) {
      const { reader } = await newMember(world, applicant.shop, role);
      expect((await reader.get(page)).status).toBe(403);
    }
    const { reader } = applicant;
    await send(reader, 'save', { legal_name: `"><script>alert(1)</script>${'x'.repeat(10_000)}` });
    expect(reader.page.html).not.toContain('<script>alert');
    expect(reader.page.html).toContain('&lt;script>alert(1)');
    expect(reader.page.html).not.toContain('x'.repeat(201));
  });
});

describe('the review', () => {
  test('gives back with a reason, marks what changed, and decides only what was read', async () => {
    const applicant = await newApplicant();
    const { reader, details } = applicant;
    await send(reader, 'submit', details);
    await risk.reader.get(queue);
    expect(risk.reader.text).toContain('Teehaus Nord GmbH');
    await sendBack(applicant, 'more_needed', ' ');
    expect(risk.reader.text).toContain('Nothing was decided');
    await sendBack(applicant, 'more_needed', 'Please send the street of the office.');
    expect(risk.reader.text).toContain('It is given back');
    await reader.get('/dashboard');
    expect(reader.text).toMatch(/Going live\s+Something is missing/);
    await reader.get(page);
    expect(reader.text).toContain('Something is missing');
    expect(reader.text).toContain('Please send the street of the office.');

    await send(reader, 'submit', { ...details, address: 'Kai 7\n20457 Hamburg' });
    await reviewOf(applicant);
    expect(risk.reader.text).toMatch(/Kai 7 20457 Hamburg\s+changed\s+before: Hafenstraße 1/);
    expect(risk.reader.page.html.match(/<span class="state">changed/g)).toHaveLength(1);
    await risk.reader.submit('/approve', { processor: 'acct_x', fee: '1', fee_fixed: '1', number: '1' });
    expect(risk.reader.text).toContain('what you have read is not what waits now');
    expect(await businessOf(applicant)).toMatchObject({ status: 'submitted', live_merchant_id: null });
    const actions = await actionsOf(world, risk.operatorId);
    expect(actions).toContain('business_viewed');
    expect(actions).toContain('business_more_needed');
  });

  test('of two operators who decide at once, counts for one', async () => {
    const applicant = await newApplicant();
    await send(applicant.reader, 'submit', applicant.details);
    const other = await newOperator(world, ['risk'], 'Rolf');
    await reviewOf(applicant);
    await reviewOf(applicant, other);
    const refusal = risk.reader.submit('/send-back', { decision: 'refused', note: 'No.' });
    const approval = other.reader.submit('/approve', { processor: 'acct_1', fee: '250', fee_fixed: '30' });
    await Promise.all([refusal, approval]);
    const texts = [risk.reader.text, other.reader.text];
    expect(texts.filter((text) => text.includes('Nothing was decided'))).toHaveLength(1);
    const { status } = await businessOf(applicant);
    const merchants = await rowsOf('merchants', { id: (await businessOf(applicant)).live_merchant_id });
    expect(merchants).toHaveLength(status === 'approved' ? 1 : 0);
    expect(await submissionsOf(applicant)).toMatchObject([{ number: 1, decision: status }]);
  });

  test('refuses for a week, after which the business may ask again', async () => {
    const applicant = await newApplicant();
    const { reader, details, authenticator } = applicant;
    await send(reader, 'submit', details);
    await sendBack(applicant, 'refused', 'We do not serve this trade.');
    await reader.get(page);
    expect(reader.text).toContain('We do not serve this trade.');
    expect(reader.text).toContain('submit them again from');
    expect(reader.page.html).not.toContain('name="legal_name"');
    world.passMinutes(7 * 24 * 60 + 1);
    await signInToDashboard(reader, authenticator);
    await send(reader, 'submit', { ...details, website: 'https://new.example' });
    expect(await businessOf(applicant)).toMatchObject({ status: 'submitted' });
    expect(await submissionsOf(applicant)).toMatchObject([{ decision: 'refused' }, { decision: null }]);
    risk = await newOperator(world, ['risk'], 'Rita');
  });

  test('is the risk team’s, and nothing is there of another environment', async () => {
    const applicant = await newApplicant();
    await send(applicant.reader, 'submit', applicant.details);
    const { id } = await businessOf(applicant);
    for (const role of ['support', 'treasury', 'admin'] as const) {
      const { reader } = await newOperator(world, [role]);
      expect((await reader.get(queue)).status).toBe(403);
      expect((await reader.get(`${queue}/${String(id)}`)).status).toBe(403);
    }
    const sandbox = `/console/${applicant.shop.environmentId}/businesses`;
    expect((await risk.reader.get(`${sandbox}/${String(id)}`)).status).toBe(404);
    expect((await risk.reader.get(`${queue}/biz_1`)).status).toBe(404);
    const stranger = await newMember(world, await world.openShop());
    await stranger.reader.get(page);
    expect(stranger.reader.text).not.toContain('Teehaus');
  });
});

describe('live', () => {
  async function openLive({ reader }: Applicant): Promise<Reader> {
    await reader.get(page);
    await reader.submit('/go-live/live');
    return reader;
  }

  test('is closed before the approval, also to a form that was made up', async () => {
    const applicant = await newApplicant();
    const { reader, details } = applicant;
    await send(reader, 'submit', details);
    expect(reader.page.html).not.toContain('/go-live/live');
    await reader.get('/dashboard/you');
    const token = /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
    await reader.post('/dashboard/go-live/live', { form_token: token });
    expect(reader.text).toContain('the business is not approved');
    expect(await rowsOf('members', { environment_id: 'live', name: 'Olga' })).toEqual([]);
  });

  test('begins with the approval: the owner makes a passkey there, and registers the first key', async () => {
    const applicant = await newApplicant();
    await send(applicant.reader, 'submit', applicant.details);
    await approve(applicant);
    expect(risk.reader.text).toContain('The business is approved.');
    const merchantId = String((await businessOf(applicant)).live_merchant_id);
    await inInstallation(world, async (tx) => {
      expect(await findMerchant(tx, merchantId)).toMatchObject({
        name: 'Teehaus Nord GmbH',
        country: 'DE',
        currency: 'EUR',
        timeZone: 'Europe/Berlin',
        allowedOrigins: ['https://teehaus.example'],
        feeBasisPoints: 250,
        feeFixed: 30n,
        payoutAccount: 'acct_live_1',
      });
      expect(await listMerchantAccounts(tx, merchantId)).toMatchObject([
        { status: 'active', last4: '3000', decidedBy: risk.operatorId },
      ]);
    });
    expect(await rowsOf('merchant_keys', { merchant_id: merchantId })).toEqual([]);

    const reader = await openLive(applicant);
    expect(reader.text).toContain('to the dashboard of Teehaus Nord GmbH');
    const path = reader.page.path;
    const credential = newAuthenticator().create(optionsOn(reader), dashboardOrigin);
    await reader.submit(path, { credential: JSON.stringify(credential) });
    expect(reader.text).toContain('you are signed in');
    await reader.get(page);
    expect(reader.text).toContain('This is live.');
    await reader.post(page, { form_token: tokenOn(reader), step: 'save', ...applicant.details });
    expect(reader.text).toContain('This merchant is live already.');

    const now = { ...applicant.details, step: 'change', website: 'https://nord.example', category: 'dining' };
    await reader.submit(page, { ...now, contact_mail: 'nobody' });
    expect(reader.text).toContain('Mail address of the contact cannot be so');
    await reader.submit(page, { ...applicant.details, step: 'change' });
    expect(reader.text).toContain('These are the details that hold already.');
    await reader.submit(page, { ...now, country: 'FR', account_number: 'FR76 1' });
    expect(reader.text).toContain('The change is submitted.');
    expect(reader.text).toContain('https://teehaus.example/shop');
    await reader.post(page, { form_token: tokenOn(reader), ...now, legal_name: 'Somebody Else' });
    expect(reader.text).toContain('A change of these details is being read.');
    const live = () => inInstallation(world, (tx) => findMerchant(tx, merchantId));
    const held = {
      name: 'Teehaus Nord GmbH',
      category: 'retail',
      allowedOrigins: ['https://teehaus.example'],
    };
    expect(await live()).toMatchObject(held);

    await risk.reader.get(queue);
    expect(risk.reader.text).toContain('changes its details');
    await sendBack(applicant, 'refused', 'Show us the new site first.');
    expect(risk.reader.text).toContain('What was approved before holds');
    await reader.get(page);
    expect(reader.text).toContain('Show us the new site first.');
    expect([await live(), await businessOf(applicant)]).toMatchObject([held, { status: 'approved' }]);

    await reader.submit(page, now);
    await reviewOf(applicant);
    expect(risk.reader.text).toMatch(
      /https:\/\/nord.example\s+changed\s+before: https:\/\/teehaus.example\/shop/,
    );
    expect(risk.reader.page.html).not.toContain('name="processor"');
    await risk.reader.submit('/approve-change', { number: '2' });
    expect(risk.reader.text).toContain('Nothing was decided');
    await reviewOf(applicant);
    await risk.reader.submit('/approve-change');
    expect(risk.reader.text).toContain('The change is approved');
    expect(await live()).toMatchObject({
      ...held,
      category: 'dining',
      allowedOrigins: ['https://nord.example'],
      country: 'DE',
      payoutAccount: 'acct_live_1',
    });
    expect(await businessOf(applicant)).toMatchObject({ details: { website: 'https://nord.example' } });
    expect(await submissionsOf(applicant)).toMatchObject([
      { decision: 'approved' },
      { decision: 'refused' },
      { decision: 'approved' },
    ]);
    expect(await actionsOf(world, risk.operatorId)).toContain('business_change_approved');

    const pair = generateKey('ed25519');
    const proof = await new SignJWT({
      iss: merchantId,
      aud: 'http://127.0.0.1:4000',
      iat: Math.floor(world.clock.at.getTime() / 1000),
      jti: randomUUID(),
    })
      .setProtectedHeader({ alg: pair.jwk.alg, typ: 'morrow-key+jwt' })
      .sign(pair.privateKey);
    await reader.get('/dashboard/keys');
    await reader.submit('/dashboard/keys', {
      step: 'register',
      public_key: JSON.stringify({ ...pair.jwk, kid: 'first' }),
      proof,
      overlap: '24',
      scopes: ['read', 'orders', 'keys'],
    });
    expect(reader.text).toContain('The key is registered.');
    expect(await findVerificationKey(world.context, `${merchantId}/first`)).toMatchObject({
      environmentId: 'live',
      merchantId,
      sandbox: false,
    });
  });

  test('knows who owns the merchant, and matches them with the shoppers of live', async () => {
    const applicant = await newApplicant();
    const person = findTestPerson('good-900001');
    if (!person) throw new Error('there is no such person');
    const shopperId = await inInstallation(world, async (tx) => {
      const { shopperId } = await findOrCreateShopper(tx, { phone: person.phone, locale: 'en' });
      const nationalId = parseNationalId(person.nationalId);
      const identity = { name: person.name, nationalId, provider: 'test', reference: 'r' };
      await saveIdentity(tx, { shopperId, identity });
      return shopperId;
    });
    const { reader, details } = applicant;
    for (const owners of ['Somebody', 'A, L01X00T471', 'One, L01X00T471\nTwo, L01-X00 T471']) {
      await send(reader, 'submit', { ...details, owners });
      expect(reader.text).toContain('Owners cannot be so');
    }
    const owners = `Olaf Eigner, L01X00T471\n${person.name}， ${person.nationalId}`;
    await send(reader, 'submit', { ...details, country: 'CN', owners });
    expect(reader.text).toContain('Owners cannot be so');
    await send(reader, 'submit', { ...details, owners });
    await reviewOf(applicant);
    expect(risk.reader.text).toContain('Olaf Eigner, ends in T471');
    expect(risk.reader.page.html).not.toContain(person.nationalId);
    await approve(applicant);
    const { live_merchant_id: id } = await businessOf(applicant);
    const merchantId = String(id) as Id<'mer'>;
    const links = () => inInstallation(world, (tx) => listLinks(tx, { merchantId }));
    expect(await links()).toMatchObject([{ shopperId, kind: 'identity' }]);
    expect(await inInstallation(world, (tx) => listOwners(tx, merchantId))).toEqual([
      { name: 'Olaf Eigner', last4: 'T471' },
      { name: person.name, last4: person.nationalId.slice(-4) },
    ]);

    const live = await openLive(applicant);
    const credential = newAuthenticator().create(optionsOn(live), dashboardOrigin);
    await live.submit(live.page.path, { credential: JSON.stringify(credential) });
    await live.get(page);
    expect(live.text).not.toContain('are not named yet');
    await live.submit(page, { ...details, step: 'change' });
    await reviewOf(applicant);
    await risk.reader.submit('/approve-change');
    expect(await links()).toEqual([]);
  });

  test('goes on without owners where they were never asked for, says so, and asks with the next change', async () => {
    const applicant = await newApplicant();
    const { details } = applicant;
    await send(applicant.reader, 'submit', details);
    await inInstallation(world, async (tx) => {
      const [row] = await rowsOf('business_submissions', { business_id: (await businessOf(applicant)).id });
      for (const [table, id] of [
        ['businesses', (await businessOf(applicant)).id],
        ['business_submissions', (row as { id: string }).id],
      ] as const) {
        const { owners: _, ...before } = details;
        const written = toWritten(tx, table, String(id), before as BusinessDetails);
        await tx
          .sql(table)
          .where({ id: String(id) })
          .update(written);
      }
    });
    await approve(applicant);
    expect(await businessOf(applicant)).toMatchObject({ status: 'approved' });
    const live = await openLive(applicant);
    const credential = newAuthenticator().create(optionsOn(live), dashboardOrigin);
    await live.submit(live.page.path, { credential: JSON.stringify(credential) });
    await live.get(page);
    expect(live.text).toContain('The owners of the business are not named yet.');
    const change = { ...details, step: 'change', website: 'https://nord.example' };
    await live.submit(page, { ...change, owners: '' });
    expect(live.text).toContain('Owners is missing');
    await live.submit(page, change);
    expect(live.text).toContain('The change is submitted.');
  });

  test('begins with a reserve, a wait and a cap, which end after 90 days', async () => {
    const applicant = await newApplicant();
    await send(applicant.reader, 'submit', applicant.details);
    await approve(applicant);
    const { live_merchant_id: merchantId } = await businessOf(applicant);
    await inInstallation(world, async (tx) => {
      const merchant = await findMerchant(tx, String(merchantId));
      const today = dateIn(merchant.timeZone, tx.now);
      const on = (days: number) =>
        termsOn(tx, { merchant, currency: merchant.currency, date: addDays(today, days) });
      const fee = { feeTiers: [{ from: 0n, basisPoints: 250, fixed: 30n }] };
      const careful = {
        ...fee,
        reserve: { basisPoints: 1000, days: 30 },
        firstPayoutDelayDays: 7,
        payoutCap: 1_000_000n,
      };
      expect([await on(0), await on(89)]).toMatchObject([careful, careful]);
      expect(await on(90)).toMatchObject({
        ...fee,
        reserve: null,
        firstPayoutDelayDays: 0,
        payoutCap: null,
      });
      const held = async (amount: bigint) =>
        (await reasonToHold(tx, { merchant, currency: merchant.currency, terms: await on(0), amount }))
          ?.reason;
      expect(await held(1n)).toBe('first_payout');
      const older = { ...merchant, createdAt: addMs(tx.now, -7 * dayMs) };
      const terms = await on(0);
      expect(
        await reasonToHold(tx, { merchant: older, currency: merchant.currency, terms, amount: 1_000_000n }),
      ).toBeUndefined();
      expect(
        await reasonToHold(tx, { merchant: older, currency: merchant.currency, terms, amount: 1_000_001n }),
      ).toMatchObject({
        reason: 'above_cap',
      });
    });
  });

  test('has one first owner, whose invitation may be made anew until they come', async () => {
    const applicant = await newApplicant();
    await send(applicant.reader, 'submit', applicant.details);
    await approve(applicant);
    const first = (await openLive(applicant)).page.path;
    const second = (await openLive(applicant)).page.path;
    const { reader } = applicant;
    expect((await reader.get(first)).status).toBe(410);
    await reader.get(second);
    const authenticator = newAuthenticator();
    const other = await newMember(world, applicant.shop, 'owner', 'Otto');
    const credential = authenticator.create(optionsOn(reader), dashboardOrigin);
    await reader.submit(second, { credential: JSON.stringify(credential) });
    await other.reader.get(page);
    expect(other.reader.text).toContain('The first owner of the live dashboard has their passkey.');
    await other.reader.post('/dashboard/go-live/live', { form_token: tokenOn(other.reader) });
    expect(other.reader.text).toContain('the first owner of live is there already');
    const { live_merchant_id: merchantId } = await businessOf(applicant);
    expect(await rowsOf('members', { merchant_id: merchantId })).toHaveLength(1);
  });

  test('has one merchant for each registered business', async () => {
    const [one, two] = [await newApplicant(), await newApplicant()];
    for (const { reader } of [one, two]) await send(reader, 'submit', one.details);
    await approve(one);
    await approve(two);
    expect(risk.reader.text).toContain('the registered business is live already');
    expect(risk.reader.text).toContain('Registered under the same number');
    expect(await businessOf(two)).toMatchObject({ status: 'submitted' });
  });
});

test('what did not become a merchant is forgotten after 180 days', async () => {
  const [refused, approved] = [await newApplicant(), await newApplicant()];
  for (const { reader, details } of [refused, approved]) await send(reader, 'submit', details);
  await approve(approved);
  await sendBack(refused, 'refused', 'No.');
  world.passMinutes(180 * 24 * 60 + 1);
  await inInstallation(world, forgetBusinesses);
  expect(await businessOf(refused)).toBeUndefined();
  expect(await businessOf(approved)).toMatchObject({ status: 'approved' });
});

function tokenOn(reader: Reader): string {
  return /name="form_token" value="([^"]*)"/.exec(reader.page.html)?.[1] ?? '';
}
