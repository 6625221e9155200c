import { addOffset, type CalendarDate } from '../lib/dates.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import type { Environment, Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { indexesOf, indexToStore } from './blind-index.ts';
import type { IdentityProvider, ProviderAnswer } from './identity-port.ts';
import { linkShopper, lockEvidence } from './links/evidence.ts';
import { type NationalId, parseNationalId } from './national-id.ts';
import { dataKeyOf } from './profile.ts';
import { sandboxIdentity } from './sandbox-identity.ts';
import { placeOf } from './sealing.ts';

/** Who is younger is not lent to. */
export const fullAgeYears = 18;

/** Whom a provider has verified, to be saved in the transaction that follows. */
export type VerifiedIdentity = {
  name: string;
  nationalId: Pick<NationalId, 'number' | 'birthDate'>;
  provider: string;
  reference: string;
};

export type IdentityRefusal =
  | Extract<ProviderAnswer, { outcome: 'refused' }>['code']
  | 'minor'
  /** Somebody with another phone was verified as this person. */
  | 'identity_in_use'
  /** This shopper was verified as another person. */
  | 'identity_differs';

export type Refused = { outcome: 'refused'; code: IdentityRefusal };

/** A shopper's own identity, in plain text. */
export type Identity = { name: string; birthDate: CalendarDate; provider: string; verifiedAt: Date };

type IdentityRow = {
  environment_id: string;
  shopper_id: Id<'shp'>;
  provider: string;
  reference: string;
  name_sealed: string;
  birth_date_sealed: string;
  national_id_sealed: string;
  national_id_index: Buffer;
  verified_at: Date;
};

function identitiesOf(tx: Tx) {
  return tx.sql<IdentityRow>('shopper_identities').where({ environment_id: tx.environment.id });
}

/** Who verifies what is typed into a form in this environment. Throws `unavailable` where nobody does. */
export function identityProviderFor(environment: Environment): IdentityProvider {
  if (environment.kind === 'sandbox') return sandboxIdentity;
  throw new GatewayError('unavailable', { detail: 'Identity verification is not set up here.' });
}

/** Whether somebody born on that date is 18 or older on `today`, the environment's business date. */
export function isOfAge(birthDate: CalendarDate, today: CalendarDate): boolean {
  return addOffset(birthDate, { months: 12 * fullAgeYears }) <= today;
}

/**
 * Asks the provider whether the claimed person exists, outside of any transaction. Who is under 18 on `today` (the
 * environment's business date) is refused without asking.
 *
 * @throws GatewayError `validation_failed` when the name or the identity number is not well-formed.
 */
export async function verifyIdentity(
  provider: IdentityProvider,
  input: { name: string; nationalId: string; today: CalendarDate },
): Promise<{ outcome: 'verified'; identity: VerifiedIdentity } | Refused> {
  const claim = { name: normalizeName(input.name), nationalId: parseNationalId(input.nationalId) };
  if (!isOfAge(claim.nationalId.birthDate, input.today)) return { outcome: 'refused', code: 'minor' };
  const answer = await provider.verify(claim);
  if (answer.outcome === 'refused') return answer;
  return {
    outcome: 'verified',
    identity: { ...claim, provider: provider.name, reference: answer.reference },
  };
}

function normalizeName(input: string): string {
  const name = input.normalize('NFKC').replaceAll(/\s+/g, ' ').trim();
  if (name.length < 2 || name.length > 100) {
    throw new GatewayError('validation_failed', {
      detail: 'The name must have 2 to 100 characters.',
      errors: [{ pointer: '/name', code: 'invalid_name' }],
    });
  }
  return name;
}

/**
 * Keeps a verified identity, sealed. One person is one shopper: the index over identity numbers decides, also between
 * two requests at the same time. Saving the same identity again changes nothing. It links the shopper with the merchants of
 * which this person is an owner.
 *
 * @throws GatewayError `unavailable` as `indexToStore`.
 */
export async function saveIdentity(
  tx: Tx,
  input: { shopperId: Id<'shp'>; identity: VerifiedIdentity },
): Promise<{ outcome: 'saved' } | Refused> {
  const { shopperId, identity } = input;
  const dataKey = await dataKeyOf(tx, shopperId);
  const seal = (text: string, column: string) =>
    tx.vault.seal(text, placeOf(tx, 'shopper_identities', column, shopperId), dataKey);
  const { number } = identity.nationalId;
  await lockEvidence(tx, 'identity', [number]);
  const { index } = await indexToStore(tx, 'shopper_identities.national_id', number);
  const everyIndex = indexesOf(tx, 'shopper_identities.national_id', number);
  const isNumbers = (row: IdentityRow) => everyIndex.some((found) => found.equals(row.national_id_index));
  const held = await identitiesOf(tx).whereIn('national_id_index', everyIndex).first();
  if (held && held.shopper_id !== shopperId) return { outcome: 'refused', code: 'identity_in_use' };
  const stored = await tx
    .sql<IdentityRow>('shopper_identities')
    .insert({
      environment_id: tx.environment.id,
      shopper_id: shopperId,
      provider: identity.provider,
      reference: identity.reference,
      name_sealed: seal(identity.name, 'name'),
      birth_date_sealed: seal(identity.nationalId.birthDate, 'birth_date'),
      national_id_sealed: seal(identity.nationalId.number, 'national_id'),
      national_id_index: index,
      verified_at: tx.now,
    })
    .onConflict()
    .ignore()
    .returning('shopper_id');
  if (stored.length > 0) {
    await linkShopper(tx, { kind: 'identity', shopperId, value: number });
    return { outcome: 'saved' };
  }

  const own = await identitiesOf(tx).where({ shopper_id: shopperId }).first();
  if (!own) return { outcome: 'refused', code: 'identity_in_use' };
  if (!isNumbers(own)) return { outcome: 'refused', code: 'identity_differs' };
  return { outcome: 'saved' };
}

/** The shopper's verified identity, or undefined while there is none. */
export async function findIdentity(tx: Tx, shopperId: Id<'shp'>): Promise<Identity | undefined> {
  const row = await identitiesOf(tx).where({ shopper_id: shopperId }).first();
  if (!row) return undefined;
  const dataKey = await dataKeyOf(tx, shopperId);
  const open = (sealed: string, column: string) =>
    tx.vault.open(sealed, placeOf(tx, 'shopper_identities', column, shopperId), dataKey);
  return {
    name: open(row.name_sealed, 'name'),
    birthDate: openBirthDate(tx, { shopperId, sealed: row.birth_date_sealed, dataKey }),
    provider: row.provider,
    verifiedAt: row.verified_at,
  };
}

/** The verified identity number in plain, for its owner; undefined while there is none. */
export async function findNationalId(tx: Tx, shopperId: Id<'shp'>): Promise<string | undefined> {
  const row = await identitiesOf(tx).where({ shopper_id: shopperId }).first();
  if (!row) return undefined;
  const place = placeOf(tx, 'shopper_identities', 'national_id', shopperId);
  return tx.vault.open(row.national_id_sealed, place, await dataKeyOf(tx, shopperId));
}

export function openBirthDate(
  tx: Tx,
  { shopperId, sealed, dataKey }: { shopperId: string; sealed: string; dataKey: DataKey },
): CalendarDate {
  return tx.vault.open(sealed, placeOf(tx, 'shopper_identities', 'birth_date', shopperId), dataKey);
}
