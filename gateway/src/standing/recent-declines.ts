import { addMs, minuteMs } from '../lib/dates.ts';
import { deleteSome } from '../lib/delete-some.ts';
import { namedSql } from '../lib/named-sql.ts';
import { toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import type { Assessment, DeclineCode } from '../pay-score/assessments.ts';

/** For so long of business time a decline is the answer to whoever asks again at the same merchant. */
const answerMs = 10 * minuteMs;

/**
 * The declines that say something about the shopper that trying amounts could find out. All others are about what is public,
 * what the shopper has set or can end at once, or what funders have at this moment; they are decided about each time.
 */
const kept: ReadonlySet<DeclineCode> = new Set([
  'score_too_low',
  'history_contradicts',
  'suspicious',
  'amount_above_available',
] satisfies DeclineCode[]);

/**
 * The shopper reads at a checkout of which payments and which income it consists, so nothing is left to try there; a
 * merchant that sends orders by an agreement reads nothing.
 */
const keptByAgreement: ReadonlySet<DeclineCode> = new Set([...kept, 'unaffordable'] satisfies DeclineCode[]);

/** Who asks where. One currency has one line, and so a decision of its own. */
export type Asker = { shopperId: string; merchantId: string; currency: string };

/** What is asked for. `available` is what the line has left now, `downPercent` what would be paid at once of it. */
export type Asked = {
  amount: bigint;
  available: bigint;
  downPercent: number | null;
  byAgreement: boolean;
};

/** A decline of the last ten minutes that nothing has ended which the shopper can change besides what they ask for. */
export type RecentDecline = {
  assessmentId: string;
  code: DeclineCode;
  byAgreement: boolean;
  amount: bigint;
  available: bigint;
  advisedAmount: bigint | null;
  advisedDown: number | null;
};

type Row = {
  assessment_id: string;
  code: DeclineCode;
  by_agreement: boolean;
  amount: bigint;
  available: bigint;
  advised_amount: bigint | null;
  advised_down: number | null;
};

/** What of a shopper a decline may rest on and the shopper can change: the newest card, the identity, the declared income. */
const cardSql = `(select max(m.id) from payment_methods m
  where m.environment_id = :environment and m.shopper_id = :shopper and m.status = 'active')`;
const identitySql = `exists (select from shopper_identities i
  where i.environment_id = :environment and i.shopper_id = :shopper)`;
const incomeSql = `(select max(i.version) from shopper_incomes i
  where i.environment_id = :environment and i.shopper_id = :shopper)`;

const recallSql = namedSql<
  'environment' | 'shopper' | 'merchant' | 'currency' | 'since' | 'now' | 'amount' | 'subject'
>(
  `select d.assessment_id, d.code, d.by_agreement, d.amount, d.available, d.advised_amount, d.advised_down
   from recent_declines d
   where d.environment_id = :environment and d.shopper_id = :shopper and d.merchant_id = :merchant
     and d.currency = :currency and d.declined_at > :since
     and coalesce(${cardSql}, '') <= coalesce(d.card_id, '')
     and ${identitySql} = d.has_identity
     and ${incomeSql} is not distinct from d.income_version
     and not exists (select from score_grants g
       where g.environment_id = :environment and g.shopper_id = :shopper and g.currency = :currency
         and g.amount >= :amount
         and ((g.used_for is null and g.expires_at > :now) or g.used_for = :subject))`,
);

/**
 * Looks for the decline that may answer. To be sent once the shopper's line is locked: of two who ask at one moment the second
 * then sees what the first was told. One look by the table's key; what the shopper has is looked at where there is a row.
 */
export async function recallDecline(
  tx: Tx,
  { shopperId, merchantId, currency, amount, subjectId }: Asker & { amount: bigint; subjectId: string },
): Promise<RecentDecline | undefined> {
  const { text, values } = recallSql({
    environment: tx.environment.id,
    shopper: shopperId,
    merchant: merchantId,
    currency,
    since: addMs(tx.now, -answerMs),
    now: tx.now,
    amount,
    subject: subjectId,
  });
  const [row] = await tx.query<Row>(text, values);
  return (
    row && {
      assessmentId: row.assessment_id,
      code: row.code,
      byAgreement: row.by_agreement,
      amount: row.amount,
      available: row.available,
      advisedAmount: row.advised_amount,
      advisedDown: row.advised_down,
    }
  );
}

/**
 * Whether a recent decline answers what is asked now. It does not where the shopper has paid or their limit has grown, and at
 * a checkout not for the smaller cart or the first part that the page named: whoever does what they are told is decided about
 * anew. Orders by an agreement that get smaller and smaller are how a merchant would find out a limit, so they are answered.
 * Pure.
 */
export function isAnsweredBy(recent: RecentDecline, asked: Asked): boolean {
  if (!(asked.byAgreement ? keptByAgreement : kept).has(recent.code)) return false;
  if (asked.available > recent.available) return false;
  if (asked.byAgreement && recent.byAgreement) return true;
  // Above the limit a greater cart is declined as well; what its page names has to be of this cart.
  if (recent.code === 'amount_above_available' && asked.amount > recent.amount) return false;
  const { advisedAmount, advisedDown } = recent;
  if (advisedAmount !== null && asked.amount <= advisedAmount) return false;
  const paysFirst = advisedDown !== null && asked.downPercent !== null && asked.downPercent >= advisedDown;
  return !(paysFirst && asked.amount <= recent.amount);
}

const rememberSql = namedSql<
  | 'environment'
  | 'shopper'
  | 'merchant'
  | 'currency'
  | 'assessment'
  | 'code'
  | 'byAgreement'
  | 'at'
  | 'amount'
  | 'available'
  | 'advisedAmount'
  | 'advisedDown'
>(
  `insert into recent_declines (environment_id, shopper_id, merchant_id, currency, assessment_id, code, by_agreement,
     declined_at, amount, available, advised_amount, advised_down, card_id, has_identity, income_version)
   values (:environment, :shopper, :merchant, :currency, :assessment, :code, :byAgreement,
     :at, :amount, :available, :advisedAmount, :advisedDown, ${cardSql}, ${identitySql}, ${incomeSql})
   on conflict (environment_id, shopper_id, merchant_id, currency) do update set
     assessment_id = excluded.assessment_id, code = excluded.code, by_agreement = excluded.by_agreement,
     declined_at = excluded.declined_at, amount = excluded.amount, available = excluded.available,
     advised_amount = excluded.advised_amount, advised_down = excluded.advised_down,
     card_id = excluded.card_id, has_identity = excluded.has_identity, income_version = excluded.income_version`,
);

/** Keeps a decision that declined as the answer for ten minutes, where it is one that is kept. The line is locked. */
export function rememberDecline(
  tx: Tx,
  { assessment, merchantId, advised }: { assessment: Assessment; merchantId: string; advised: Advised },
): void {
  const { declineCode, agreementId } = assessment;
  const byAgreement = agreementId !== null;
  if (declineCode === null || !(byAgreement ? keptByAgreement : kept).has(declineCode)) return;
  tx.later(
    rememberSql({
      environment: tx.environment.id,
      shopper: assessment.shopperId,
      merchant: merchantId,
      currency: assessment.currency,
      assessment: assessment.id,
      code: declineCode,
      byAgreement,
      at: assessment.createdAt,
      amount: toJsonAmount(assessment.amount),
      available: toJsonAmount(assessment.available),
      advisedAmount: advised.amount,
      advisedDown: advised.down?.percent ?? null,
    }),
  );
}

/** What the shopper was told would be approved: an amount in minor units, and a part to be paid at once. */
type Advised = { amount: number | null; down: { percent: number } | null };

/** Forgets the declines that answer nobody any more; returns how many. */
export function forgetDeclines(tx: Tx): Promise<number> {
  const until = addMs(tx.now, -answerMs);
  return deleteSome(tx, 'recent_declines', (query) => query.where('declined_at', '<=', until));
}
