import { type CalendarDate, dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { openAnswer } from './evidence.ts';
import { openBirthDate } from './identity.ts';
import { openIncome } from './income.ts';

/** Income per month in minor units, as it counts: what an outside party answered comes before what was declared. */
export type KnownIncome = {
  basis: 'declared' | 'evidenced';
  amount: bigint;
  currency: string;
  /** When it was declared or asked for. */
  on: CalendarDate;
};

/** What of a person a decision has to know to protect them: in plain, for the decision only. */
export type Means = {
  /** Under which everything about this shopper is sealed. */
  dataKey: DataKey;
  /** Undefined while the identity is not known. */
  birthDate: CalendarDate | undefined;
  declared: KnownIncome | undefined;
  evidenced: KnownIncome | undefined;
};

type MeansRow = {
  data_key: string;
  birth_date_sealed: string | null;
  income_sealed: string | null;
  version: number | null;
  declared_on: CalendarDate | null;
  answer_sealed: string | null;
  asked_at: Date | null;
};

const meansSql = `select s.data_key, n.birth_date_sealed, i.income_sealed, i.version, i.declared_on, e.answer_sealed, e.asked_at
   from shoppers s
   left join shopper_identities n on n.environment_id = s.environment_id and n.shopper_id = s.id
   left join lateral (
     select income_sealed, version, declared_on from shopper_incomes
     where environment_id = s.environment_id and shopper_id = s.id order by version desc limit 1) i on true
   left join shopper_evidence e on e.environment_id = s.environment_id and e.shopper_id = s.id
     and e.item = 'income' and e.expires_at > $1
   where s.environment_id = $2 and s.id = $3`;

/** Reads all of it in one statement, because every decision does. */
export async function readMeans(tx: Tx, shopperId: string): Promise<Means> {
  const [row] = await tx.query<MeansRow>(meansSql, [tx.now, tx.environment.id, shopperId]);
  if (!row) throw new Error(`there is no shopper ${shopperId}`);
  const dataKey = tx.vault.unwrapDataKey(row.data_key, shopperId);
  const of = { shopperId, dataKey };
  return {
    dataKey,
    birthDate:
      row.birth_date_sealed === null
        ? undefined
        : openBirthDate(tx, { ...of, sealed: row.birth_date_sealed }),
    declared: declaredIn(tx, row, of),
    evidenced: evidencedIn(tx, row, of),
  };
}

type Of = Pick<Parameters<typeof openAnswer>[1], 'shopperId' | 'dataKey'>;

function declaredIn(tx: Tx, row: MeansRow, of: Of): KnownIncome | undefined {
  const { income_sealed: sealed, version, declared_on: on } = row;
  if (sealed === null || version === null || on === null) return undefined;
  const { amount, currency } = openIncome(tx, { ...of, version, sealed });
  return { basis: 'declared', amount, currency, on };
}

function evidencedIn(tx: Tx, row: MeansRow, of: Of): KnownIncome | undefined {
  const { answer_sealed: sealed, asked_at: askedAt } = row;
  if (sealed === null || askedAt === null) return undefined;
  const answer = openAnswer(tx, { ...of, item: 'income', sealed });
  if (answer.item !== 'income') return undefined;
  const { amount, currency } = answer;
  return { basis: 'evidenced', amount, currency, on: dateIn(tx.environment.timeZone, askedAt) };
}
