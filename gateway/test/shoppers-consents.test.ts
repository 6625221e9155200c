import { createHash } from 'node:crypto';
import { freshDatabase, type TestDatabase } from '@morrow/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Id, newId } from '../src/lib/ids.ts';
import { consentTexts, consentVersion } from '../src/shoppers/consent-texts.ts';
import { giveConsents, missingConsents } from '../src/shoppers/consents.ts';
import { type Locale, locales } from '../src/shoppers/profile.ts';
import { createEnvironment, inside, testHost, type TestHost } from './support/events-world.ts';
import { createShopper } from './support/shoppers-world.ts';

const funder = { id: newId('fnd'), name: 'North $& Bank' };

let database: TestDatabase;
let host: TestHost;
let sandbox: string;

beforeAll(async () => {
  database = await freshDatabase();
  host = testHost(database.db);
  sandbox = await createEnvironment(host, 'sandbox');
});
afterAll(() => database.drop());

function missing(shopperId: Id<'shp'>, ...funderIds: Id<'fnd'>[]) {
  return inside(host, sandbox, (tx) => missingConsents(tx, shopperId, ...funderIds));
}

function give(shopperId: Id<'shp'>, locale: Locale, given: { purpose: string; textHash: string }[]) {
  return inside(host, sandbox, (tx) => giveConsents(tx, { shopperId, locale, funder, given }));
}

function stored(shopperId: Id<'shp'>) {
  return database
    .db<{ shopper_id: string; purpose: string; version: string; text_hash: string; given_at: Date }>(
      'consents',
    )
    .where({ shopper_id: shopperId })
    .orderBy('purpose')
    .select('purpose', 'version', 'text_hash');
}

it('is missing until it is given, per purpose and funder', async () => {
  const shopperId = await createShopper(host, sandbox);
  expect(await missing(shopperId)).toEqual(['terms', 'score', 'identity']);
  const texts = consentTexts({ locale: 'en', funder });
  await give(
    shopperId,
    'en',
    texts.filter(({ purpose }) => purpose !== 'score'),
  );
  expect(await missing(shopperId, funder.id)).toEqual(['score']);
  const another = newId('fnd');
  expect(await missing(shopperId, another)).toEqual(['score', `funder:${another}`]);
  expect(await missing(await createShopper(host, sandbox))).toHaveLength(3);
});

it('is stored with the version and the hash of the text in the language that was shown', async () => {
  const shopperId = await createShopper(host, sandbox);
  const [terms] = consentTexts({ locale: 'zh-CN' });
  if (!terms) throw new Error('no terms');
  await give(shopperId, 'zh-CN', [terms]);
  const textHash = createHash('sha256').update(`${terms.title}\n${terms.body}`).digest('hex');
  expect(await stored(shopperId)).toEqual([
    { purpose: 'terms', version: consentVersion, text_hash: textHash },
  ]);
});

it('stays the first one when it is given again', async () => {
  const shopperId = await createShopper(host, sandbox);
  await give(shopperId, 'zh-CN', consentTexts({ locale: 'zh-CN', funder }));
  const first = await stored(shopperId);
  await Promise.all([1, 2, 3].map(() => give(shopperId, 'en', consentTexts({ locale: 'en', funder }))));
  expect(await stored(shopperId)).toEqual(first);
});

it('is refused for any other text than the present one, and then nothing of the form is stored', async () => {
  const shopperId = await createShopper(host, sandbox);
  const texts = consentTexts({ locale: 'en', funder });
  const [terms, ...others] = texts.map(({ purpose, textHash }) => ({ purpose, textHash }));
  if (!terms) throw new Error('no terms');
  const inChinese = consentTexts({ locale: 'zh-CN' })[0]?.textHash ?? '';
  const wrong = [
    { ...terms, textHash: '0'.repeat(64) },
    { ...terms, textHash: inChinese },
    { ...terms, purpose: 'marketing' },
    { ...terms, purpose: 'score' },
  ];
  for (const consent of wrong) {
    await expect(give(shopperId, 'en', [...others, consent])).rejects.toMatchObject({
      code: 'state_conflict',
    });
  }
  expect(await stored(shopperId)).toEqual([]);
});

it('names the funder in both languages and leaves no placeholder', () => {
  for (const locale of locales) {
    const texts = consentTexts({ locale, funder });
    expect(texts.map(({ purpose }) => purpose)).toEqual([
      'terms',
      'score',
      'identity',
      `funder:${funder.id}`,
    ]);
    expect(texts.at(-1)?.body).toContain(funder.name);
    for (const { title, body } of texts) expect(`${title}${body}`).not.toMatch(/[{}]/);
  }
});

// Consents that were given name a version. When this fails because a text was changed, give the texts a new version
// and write the new hashes here.
it('has the texts of this version', () => {
  const shown = locales.flatMap((locale) => consentTexts({ locale, funder: { id: 'fnd_1', name: 'F' } }));
  const hash = createHash('sha256').update(shown.map(({ textHash }) => textHash).join('\n'));
  expect({ version: consentVersion, hash: hash.digest('hex') }).toEqual({
    version: '2026-11',
    hash: '5a5324abb80e488d57645b170805a5a33cf8fc9ccdcc09334bfec98350218ef0',
  });
});
