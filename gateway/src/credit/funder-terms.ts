import { z } from 'zod';
import type { CalendarDate } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';

const BasisPoints = z.int().min(1).max(10_000);
const Amount = z.int().min(1);
const Rate = z.int().min(-108_000).max(108_000);

/** The most that may be bound to one of a kind: a part of the funder's capacity, or an amount in minor units. */
const Cap = z.union([z.strictObject({ basis_points: BasisPoints }), z.strictObject({ amount: Amount })]);

const CurrencyTerms = z.strictObject({
  least: Amount.optional(),
  most: Amount.optional(),
  leverage: z.strictObject({ equity: Amount, multiple: z.int().min(1).max(100) }).optional(),
  caps: z
    .strictObject({ merchant: Cap.optional(), category: Cap.optional(), shopper: Cap.optional() })
    .optional(),
});

const ranged = (least: number, most: number) =>
  z
    .strictObject({ least: z.int().min(least).max(most), most: z.int().min(least).max(most) })
    .refine((range) => range.least <= range.most, 'least is above most');

/**
 * What a funder carries and on which conditions, as an operator's file has it and as it is stored. What is left out
 * does not narrow. Amounts are minor units, of what is financed by this funder; `days` run from the offer to the last due date.
 */
export const FunderTerms = z.strictObject({
  /** Who is lower is asked first. Among equals, new plans are shared by weight. */
  priority: z.int().min(0).max(1000).optional(),
  weight: z.int().min(0).max(10_000).default(100),
  currencies: z.record(z.string().regex(/^[A-Z]{3}$/), CurrencyTerms).optional(),
  markets: z.array(z.string()).min(1).optional(),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .min(1)
    .optional(),
  plans: z.array(z.string()).min(1).optional(),
  categories: z.array(z.string()).min(1).optional(),
  score: ranged(300, 850).optional(),
  days: ranged(0, 3_660).optional(),
  /** What it asks for more, or below zero for less, than the policy's rate. Without it, what it asked for as it came. */
  rate_adjustment_ppm: Rate.optional(),
  /** Its part of the merchant's fee on interest-free plans, and what we keep of each collected principal, as fixed otherwise. */
  fee_share_basis_points: z.int().min(0).max(10_000).optional(),
  servicing_basis_points: z.int().min(0).max(10_000).optional(),
  /** Others that carry a part of each of its plans; the rest is its own. */
  joint_with: z
    .array(z.strictObject({ funder: z.string().regex(/^fnd_[0-9a-f]{32}$/), basis_points: BasisPoints }))
    .min(1)
    .max(2)
    .optional(),
});

export type FunderTerms = z.output<typeof FunderTerms>;
export type ConcentrationCap = z.output<typeof Cap>;

/** Names that terms may use. They belong to modules that this one does not know. */
export type TermsVocabulary = {
  markets: readonly string[];
  plans: readonly string[];
  categories: readonly string[];
};

/** A file of terms that cannot be used, with the reason in a sentence. */
export class TermsRefused extends Error {}

/**
 * In mainland China a partner in a joint internet loan carries at least 30 % of each (银保监办发〔2021〕24号); we hold
 * every one of them to it.
 */
const leastShares: Readonly<Record<string, number>> = { CN: 3000 };

/** The least that each of several funders has to carry of a plan in this market, in basis points. */
export function leastShareIn(market: string): number {
  return leastShares[market] ?? 0;
}

/** Reads a file of terms. Throws `TermsRefused` for what is not JSON, not of the shape, or names what does not exist. */
export function parseFunderTerms(text: string, known: TermsVocabulary): FunderTerms {
  const parsed = FunderTerms.safeParse(jsonOf(text));
  if (!parsed.success) throw new TermsRefused(z.prettifyError(parsed.error));
  const terms = parsed.data;
  for (const name of ['markets', 'plans', 'categories'] as const) {
    const stranger = terms[name]?.find((value) => !known[name].includes(value));
    if (stranger !== undefined) throw new TermsRefused(`${name}: there is no ${stranger}`);
  }
  for (const market of terms.markets ?? known.markets) requireShares(terms, market);
  return terms;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TermsRefused(`this is not JSON: ${(error as Error).message}`);
  }
}

function requireShares(terms: FunderTerms, market: string): void {
  const shares = sharesOf(terms);
  if (new Set(shares.map(({ funder }) => funder)).size < shares.length)
    throw new TermsRefused('joint_with: a funder is named twice');
  const least = Math.max(1, leastShareIn(market));
  const small = shares.length > 1 && shares.find(({ basisPoints }) => basisPoints < least);
  if (small)
    throw new TermsRefused(
      `joint_with: in ${market} each share is at least ${least} basis points, not ${small.basisPoints}`,
    );
}

/** Who carries which part of a plan by these terms; the funder whose terms they are comes first, as null. */
export function sharesOf(
  terms: Pick<FunderTerms, 'joint_with'> | null,
): { funder: string | null; basisPoints: number }[] {
  const others = (terms?.joint_with ?? []).map(({ funder, basis_points }) => ({
    funder,
    basisPoints: basis_points,
  }));
  const own = others.reduce((left, { basisPoints }) => left - basisPoints, 10_000);
  return [{ funder: null, basisPoints: own }, ...others];
}

/** One version of a funder's terms. In force on a date is the highest version that has begun by then. */
export type TermsVersion = {
  version: number;
  /** In the environment's calendar. */
  effectiveOn: CalendarDate;
  terms: FunderTerms;
  createdBy: string;
};

export type TermsRow = {
  environment_id: string;
  funder_id: string;
  version: number;
  effective_on: CalendarDate;
  terms: FunderTerms;
  created_by: string;
  created_at: Date;
};

/** Every version of a funder's terms, the oldest first. */
export async function listFunderTerms(tx: Tx, funderId: string): Promise<TermsVersion[]> {
  const rows = await tx
    .sql<TermsRow>('funder_terms')
    .where({ environment_id: tx.environment.id, funder_id: funderId })
    .orderBy('version');
  return rows.map((row) => ({
    version: row.version,
    effectiveOn: row.effective_on,
    terms: row.terms,
    createdBy: row.created_by,
  }));
}

/** Whether any concentration is capped, in any currency. */
export function hasCaps(terms: FunderTerms | null): boolean {
  return Object.values(terms?.currencies ?? {}).some(({ caps }) => caps !== undefined);
}

/**
 * SQL for the terms of funder `f` that are in force on `:today`, as one row (version, terms) or none.
 */
export const termsInForceSql = `
  select t.version, t.terms from funder_terms t
  where t.environment_id = f.environment_id and t.funder_id = f.id and t.effective_on <= :today
  order by t.version desc limit 1`;

/**
 * SQL for the most that slot `s` may have lent by the terms `t`, in minor units. Leverage (what is carried is at most equity
 * times a multiple) is split over the slots as capacity is, so that it holds exactly and no row counts the whole.
 */
export const slotCeilingSql = `
  coalesce((
    select ceiling / 64 + case when s.slot < ceiling % 64 then 1 else 0 end
    from (select (l->>'equity')::bigint * (l->>'multiple')::bigint as ceiling
          from (select t.terms->'currencies'->s.currency->'leverage' as l) j where l is not null) c
  ), s.capacity)`;
