import { GatewayError } from '../lib/errors.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import {
  type ConsentPurpose,
  consentTexts,
  consentVersion,
  consentWords,
  type EvidencePurpose,
  evidenceTexts,
} from './consent-texts.ts';
import { keepTexts } from './kept-texts.ts';
import type { Locale } from './profile.ts';

type ConsentRow = {
  environment_id: string;
  id: Id<'cns'>;
  shopper_id: Id<'shp'>;
  purpose: ConsentPurpose;
  version: string;
  text_hash: string;
  given_at: Date;
  withdrawn_at: Date | null;
};

/** Something that a shopper agreed to: which text, by its hash, when, and until when if they took it back. */
export type Consent = {
  purpose: ConsentPurpose;
  version: string;
  textHash: string;
  givenAt: Date;
  withdrawnAt: Date | null;
};

const listSql = `select purpose, version, text_hash, given_at, withdrawn_at from consents
  where environment_id = $1 and shopper_id = $2 order by id desc`;

/** Everything that the shopper agreed to, the newest first. */
export async function listConsents(tx: Tx, shopperId: Id<'shp'>): Promise<Consent[]> {
  const rows = await tx.query<ConsentRow>(listSql, [tx.environment.id, shopperId]);
  return rows.map((row) => ({
    purpose: row.purpose,
    version: row.version,
    textHash: row.text_hash,
    givenAt: row.given_at,
    withdrawnAt: row.withdrawn_at,
  }));
}

/** What the shopper has not yet agreed to in its present version; with funders, the text of each of them too. */
export async function missingConsents(
  tx: Tx,
  shopperId: Id<'shp'>,
  ...funderIds: string[]
): Promise<ConsentPurpose[]> {
  const ofFunders = funderIds.map((id): ConsentPurpose => `funder:${id as Id<'fnd'>}`);
  const needed: ConsentPurpose[] = ['terms', 'score', 'identity', ...ofFunders];
  const rows = await tx
    .sql<ConsentRow>('consents')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, version: consentVersion })
    .whereIn('purpose', needed)
    .whereNull('withdrawn_at')
    .select('purpose');
  const given = new Set(rows.map(({ purpose }) => purpose));
  return needed.filter((purpose) => !given.has(purpose));
}

/** The ids of the funders that are among what a shopper agreed to, in whatever version of the text. */
export function fundersAmong(consents: readonly Consent[]): ReadonlySet<string> {
  const given = consents.filter(
    ({ purpose, withdrawnAt }) => purpose.startsWith(funderPrefix) && withdrawnAt === null,
  );
  return new Set(given.map(({ purpose }) => purpose.slice(funderPrefix.length)));
}

const funderPrefix = 'funder:';

/**
 * Records what the shopper agreed to, with the text that the page showed, of which it sent back the hash. Giving a consent
 * again keeps the first.
 *
 * @throws GatewayError `state_conflict` when a text is not the present one any more: show the present one.
 */
export async function giveConsents(
  tx: Tx,
  input: {
    shopperId: Id<'shp'>;
    locale: Locale;
    funder?: { id: Id<'fnd'>; name: string };
    /** Those who carry the plan together with the funder, each with a text of its own. */
    coFunders?: readonly { id: string; name: string }[];
    given: readonly { purpose: string; textHash: string }[];
  },
): Promise<void> {
  const { locale, coFunders = [] } = input;
  const ofOthers = coFunders.flatMap(({ id, name }) =>
    consentTexts({ locale, funder: { id: id as Id<'fnd'>, name } }),
  );
  const shown = [...consentTexts(input), ...ofOthers, ...evidenceTexts(locale)];
  const texts = input.given.map(({ purpose, textHash }) => {
    const text = shown.find((candidate) => candidate.purpose === purpose && candidate.textHash === textHash);
    if (!text) {
      throw new GatewayError('state_conflict', {
        detail: 'One of these texts has changed since it was shown.',
        hint: 'Read the present text and agree again.',
      });
    }
    return text;
  });
  if (texts.length === 0) return;
  await keepTexts(tx, texts.map(consentWords));
  const rows = texts.map((text) => ({
    environment_id: tx.environment.id,
    id: newId('cns'),
    shopper_id: input.shopperId,
    purpose: text.purpose,
    version: text.version,
    text_hash: text.textHash,
    given_at: tx.now,
  }));
  await tx
    .sql<ConsentRow>('consents')
    .insert(rows)
    .onConflict(
      tx.sql.raw('(environment_id, shopper_id, purpose, version) where withdrawn_at is null') as never,
    )
    .ignore();
}

/** The shopper takes back what can be taken back: evidence. What was agreed to stays readable with its end. */
export async function withdrawConsent(
  tx: Tx,
  { shopperId, purpose }: { shopperId: Id<'shp'>; purpose: EvidencePurpose },
): Promise<void> {
  await tx
    .sql<ConsentRow>('consents')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, purpose })
    .whereNull('withdrawn_at')
    .update({ withdrawn_at: tx.now });
}

/** The id of the consent that is given at this moment, which cannot be taken back before the transaction ends. */
export async function lockConsent(
  tx: Tx,
  { shopperId, purpose }: { shopperId: Id<'shp'>; purpose: EvidencePurpose },
): Promise<Id<'cns'> | undefined> {
  const row = await tx
    .sql<ConsentRow>('consents')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, purpose })
    .whereNull('withdrawn_at')
    .orderBy('id', 'desc')
    .forUpdate()
    .first('id');
  return row?.id;
}
