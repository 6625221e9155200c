import type { Statement } from '../lib/insert-sql.ts';
import type { Tx } from '../lib/tx.ts';
import type { LinkKind } from '../shoppers/links/links.ts';
import type { Facts, Listed, MerchantNorm } from './facts.ts';
import { type Asking, type Group, groupsOf, lookBackSql, type LookBackSql } from './look-back-sql.ts';
import { type Measure, measureKey } from './measures.ts';
import { leastKmBetween } from './places.ts';
import type { Counted, CountedPer } from './rules.ts';
import { businessDateOf, type Seen, type Sighting } from './sightings.ts';
import { hashSignal } from './signals.ts';

/** What a decision looks back on: all that was seen before it, in figures. What it did not ask for is left out. */
type LookBack = {
  listed: Listed[] | null;
  visits?: { country: string; minutes: number }[] | null;
  /** By column, whether the shopper was seen with this one a day ago or earlier, and with another one. */
  known?: Record<'device' | 'address', boolean | null> &
    Record<'other_device' | 'other_address', boolean | null>;
  norm: MerchantNorm | null;
  links?: LinkKind[] | null;
  passed?: boolean;
} & { [group in Group]?: (number | null)[] };

/** What was counted before a decision: `factsOf` puts what it sees itself to it. */
export type LookedBack = {
  hasPassed: boolean;
  factsOf: (sighting: Pick<Sighting, 'useBefore' | 'useAfter'>) => Facts;
};

/**
 * Looks back from what a decision sees, in one statement: counted is what came before it, never itself. `measures` are the
 * same array wherever the same are asked for, by which the text of the statement is remembered.
 */
export async function lookBack(
  tx: Tx,
  input: { seen: Seen; measures: readonly Measure[]; sessionId?: string | undefined },
): Promise<LookedBack> {
  const { seen, measures, sessionId } = input;
  const asked = measures.filter((measure) => countsFor(seen, measure));
  const { text, values } = statementOf(tx, measures, { seen, asked, sessionId });
  const [row] = await tx.query<LookBack>(text, values);
  if (!row) throw new Error('looking back has no answer');
  return {
    hasPassed: sessionId !== undefined && row.passed === true,
    factsOf: (sighting) => factsOf({ ...seen, ...sighting }, row, { measures, asked }),
  };
}

/** By the measures, and by what a decision knows of who asks: what it does not know is not looked for. */
const statements = new WeakMap<readonly Measure[], Map<string, LookBackSql>>();

function statementOf(tx: Tx, measures: readonly Measure[], asking: Asking): Statement {
  const { seen, sessionId } = asking;
  const known = statements.get(measures) ?? new Map<string, LookBackSql>();
  statements.set(measures, known);
  const kind = kindOf(asking);
  const sql = known.get(kind) ?? lookBackSql(asking);
  known.set(kind, sql);
  return sql({
    environment: tx.environment.id,
    before: seen.number === null ? null : String(seen.number),
    purchase: seen.purchase,
    shopperId: seen.shopperId,
    merchantId: seen.merchantId,
    device: seen.device,
    address: seen.address,
    phone: seen.phone,
    card: seen.card,
    currency: seen.currency,
    seenAt: seen.seenAt,
    seenByWallAt: seen.seenByWallAt,
    shopperHash: hashSignal(tx, 'shopper', seen.shopperId),
    today: businessDateOf(tx, seen.seenAt),
    session: sessionId,
  });
}

const signals = ['number', 'merchantId', 'device', 'address', 'card', 'country'] as const;

function kindOf({ seen, sessionId }: Asking): string {
  return [
    ...signals.filter((signal) => seen[signal] !== null),
    ...(seen.isNewShopper ? ['new'] : []),
    ...(sessionId === undefined ? [] : ['session']),
  ].join();
}

function factsOf(
  sighting: Sighting,
  row: LookBack,
  { measures, asked }: { measures: readonly Measure[]; asked: readonly Measure[] },
): Facts {
  const { kind, country, cardCountry, market, home, hour, currency, isNewShopper, useAfter } = sighting;
  const visits = row.visits ?? [];
  const figures = new Map(
    [...groupsOf(asked)].flatMap(([group, own]) =>
      own.map((measure, index) => [measureKey(measure), row[group]?.[index] ?? null] as const),
    ),
  );
  return {
    kind,
    amount: Number(sighting.amount),
    currency,
    hour,
    country,
    cardCountry,
    market,
    home,
    isNewShopper,
    newDevice: sighting.device && row.known?.other_device === true && row.known.device !== true,
    newAddress: sighting.address && row.known?.other_address === true && row.known.address !== true,
    useAfter,
    canTravel: country !== null && visits.length > 0,
    travel: country === null ? null : fastest(country, visits),
    norm: row.norm,
    listed: row.listed ?? [],
    links: sighting.merchantId === null ? null : (row.links ?? []),
    measures: Object.fromEntries(
      measures.map((measure) => {
        const key = measureKey(measure);
        return [key, withOwn(sighting, measure, figures.get(key) ?? null)];
      }),
    ),
  };
}

function fastest(country: string, visits: readonly { country: string; minutes: number }[]): Facts['travel'] {
  const ways = visits.map((visit) => ({
    km: leastKmBetween(visit.country, country),
    minutes: visit.minutes,
  }));
  const speed = ({ km, minutes }: { km: number; minutes: number }): number => km / Math.max(minutes, 1);
  return ways.toSorted((a, b) => speed(b) - speed(a))[0] ?? null;
}

const perOf: Record<CountedPer, keyof Seen> = {
  shopper: 'shopperId',
  phone: 'phone',
  device: 'device',
  address: 'address',
  card: 'card',
  merchant: 'merchantId',
  shopper_at_merchant: 'merchantId',
};

const ownOf: { [C in Counted]?: keyof Seen } = {
  purchases: 'purchase',
  shoppers: 'shopperId',
  phones: 'phone',
  devices: 'device',
  addresses: 'address',
  cards: 'card',
  merchants: 'merchantId',
};

/** Whether there is anybody to count for, and a rule that looks at the figure. */
function countsFor(seen: Seen, measure: Measure): boolean {
  if (measure.of === 'lowest_use') return true;
  return seen[perOf[measure.per]] !== null && (seen.isNewShopper || !measure.newShoppers);
}

/** A measure with this decision in it; null when there is nobody to count for. */
function withOwn(sighting: Sighting, measure: Measure, counted: number | null): number | null {
  if (measure.of === 'lowest_use') {
    const uses = [counted, sighting.useBefore].filter((use) => use !== null);
    return uses.length === 0 ? null : Math.min(...uses);
  }
  if (!countsFor(sighting, measure)) return null;
  const others = counted ?? 0;
  if (measure.of === 'amount') return others + Number(sighting.amount);
  const own = ownOf[measure.of];
  return others + (own !== undefined && sighting[own] !== null ? 1 : 0);
}
