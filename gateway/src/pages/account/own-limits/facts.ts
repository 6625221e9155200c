import { listLines } from '../../../credit/lines.ts';
import { listLentCurrencies } from '../../../credit/funders.ts';
import { addDays, type CalendarDate, dateIn } from '../../../lib/dates.ts';
import type { Id } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { marketOfCurrency } from '../../../plans/markets.ts';
import { knownIncome, type Measure, measureOf } from '../../../protection/affordability.ts';
import { type ProtectionFacts, readProtection } from '../../../protection/facts.ts';
import { listLoosenings, type Loosening } from '../../../protection/own-limits.ts';
import { protectionRules, tierOf } from '../../../protection/rules.ts';
import { listConsents } from '../../../shoppers/consents.ts';
import { type EvidenceState, evidenceProviderFor, listEvidence } from '../../../shoppers/evidence.ts';
import { type EvidenceItem, evidenceItems } from '../../../shoppers/evidence-port.ts';
import { type DeclaredIncome, findIncome } from '../../../shoppers/income.ts';
import type { KnownIncome } from '../../../shoppers/means.ts';
import { standingNow } from '../../../standing/standing.ts';

/** All that the page shows, in one currency. */
export type OwnLimitsFacts = {
  currency: string;
  /** The currencies to choose from. */
  currencies: readonly string[];
  today: CalendarDate;
  until: CalendarDate;
  now: Date;
  own: ProtectionFacts['own'];
  loosenings: Loosening[];
  declared: DeclaredIncome | undefined;
  /** What counts today, which is what was declared unless it is too old or something better is known. */
  known: KnownIncome | undefined;
  dues: ProtectionFacts['dues'];
  measure: Measure;
  evidence: { item: EvidenceItem; isAllowed: boolean; state: EvidenceState | undefined }[];
  canAsk: boolean;
};

/** The currencies in which this shopper owes or could: those of their lines, else those that anybody lends here. */
export async function listOwnCurrencies(tx: Tx, shopperId: string): Promise<string[]> {
  const lines = await listLines(tx, shopperId);
  return lines.length > 0 ? lines.map(({ currency }) => currency) : listLentCurrencies(tx);
}

/** `asked` is the currency that the address names; undefined is the result where nothing can be owed at all. */
export async function readOwnLimits(
  tx: Tx,
  { shopperId, asked }: { shopperId: Id<'shp'>; asked: unknown },
): Promise<OwnLimitsFacts | undefined> {
  const currencies = await listOwnCurrencies(tx, shopperId);
  const currency = currencies.find((code) => code === asked) ?? currencies[0];
  if (currency === undefined) return undefined;
  const today = dateIn(tx.environment.timeZone, tx.now);
  const facts = await readProtection(tx, { shopperId, currency, today });
  const { line } = await standingNow(tx, { shopperId, currency });
  const { targetLimit } = line;
  const market = marketOfCurrency(currency);
  const consents = await listConsents(tx, shopperId);
  const states = await listEvidence(tx, shopperId);
  return {
    currency,
    currencies,
    today,
    until: addDays(today, protectionRules.windowDays),
    now: tx.now,
    own: facts.own,
    loosenings: (await listLoosenings(tx, shopperId)).filter(
      (row) => row.kind === 'lock' || row.currency === currency,
    ),
    declared: await findIncome(tx, shopperId),
    known: knownIncome(facts),
    dues: facts.dues,
    measure: measureOf(facts, { market, tier: tierOf(line), targetLimit }),
    evidence: evidenceItems.map((item) => ({
      item,
      isAllowed: consents.some(
        ({ purpose, withdrawnAt }) => purpose === `evidence:${item}` && withdrawnAt === null,
      ),
      state: states.find((state) => state.item === item),
    })),
    canAsk: evidenceProviderFor(tx.environment) !== undefined,
  };
}
