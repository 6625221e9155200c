import { GatewayError } from '../lib/errors.ts';
import type { Statement } from '../lib/insert-sql.ts';
import { namedSql } from '../lib/named-sql.ts';
import type { EarlyTx } from '../lib/tx.ts';
import type { Visit } from './signals.ts';

/** What is stored of the shopper, and the rules in force, by their name. */
export type Stored = {
  phone: Buffer;
  card: Buffer | null;
  cardCountry: string | null;
  hasIdentity: boolean;
  isNewShopper: boolean;
  rules: { version: number; hash: string } | null;
};

type StoredRow = {
  phone_index: Buffer;
  fingerprint: Buffer | null;
  card_country: string | null;
  has_identity: boolean;
  is_new_shopper: boolean;
  version: number | null;
  rules_hash: string | null;
};

const storedSql = <Name extends string>(shopper: string, method: string) =>
  namedSql<Name | 'environment' | 'device'>(
    `select s.phone_index, c.fingerprint, c.card_country, r.version, r.rules_hash,
       exists (select from shopper_identities i
         where i.environment_id = s.environment_id and i.shopper_id = s.id) as has_identity,
       not exists (select from plans p where p.environment_id = s.environment_id and p.shopper_id = s.id
         and p.status not in ('pending', 'canceled')) as is_new_shopper,
       pg_advisory_xact_lock(:device::bigint)
     from shoppers s
     left join lateral (
       select m.fingerprint, m.card_country from payment_methods m
       where m.environment_id = s.environment_id and m.shopper_id = s.id and m.status = 'active'
       order by (m.id = ${method}) desc, m.id desc limit 1) c on true
     left join fraud_rule_sets r on r.environment_id = s.environment_id and r.status = 'active'
     where s.environment_id = :environment and s.id = ${shopper}`,
  );

const storedOfShopperSql = storedSql<'shopper' | 'method'>(':shopper', ':method');

/**
 * Reads what is stored of the shopper. Decisions from one device wait here for the end of each other's transactions, so
 * that none is counted late; nothing else is waited for.
 */
export function readStored(
  tx: EarlyTx,
  {
    shopperId,
    paymentMethodId,
    visit,
  }: { shopperId: string; paymentMethodId?: string | undefined; visit?: Visit | undefined },
): Promise<Stored> {
  return storedBy(
    tx,
    storedOfShopperSql({
      environment: tx.environment.id,
      shopper: shopperId,
      method: paymentMethodId ?? '',
      device: visit ? visit.device.readBigInt64BE() : null,
    }),
  );
}

const ofAgreement = (column: string) =>
  `(select ${column} from agreements where environment_id = :environment and id = :agreement)`;

const storedOfAgreementSql = storedSql<'agreement'>(
  ofAgreement('shopper_id'),
  ofAgreement('payment_method_id'),
);

/** The same of the shopper who agreed to this agreement and of its card, for whoever does not know them yet. */
export function readStoredOfAgreement(tx: EarlyTx, agreementId: string): Promise<Stored> {
  const { id: environment } = tx.environment;
  return storedBy(tx, storedOfAgreementSql({ environment, agreement: agreementId, device: null }));
}

async function storedBy(tx: EarlyTx, { text, values }: Statement): Promise<Stored> {
  const [row] = await tx.query<StoredRow>(text, values);
  if (!row) throw new GatewayError('not_found', { detail: 'There is no such shopper.' });
  return {
    phone: row.phone_index,
    card: row.fingerprint,
    cardCountry: row.card_country,
    hasIdentity: row.has_identity,
    isNewShopper: row.is_new_shopper,
    rules:
      row.version === null || row.rules_hash === null ? null : { version: row.version, hash: row.rules_hash },
  };
}
