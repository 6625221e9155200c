import { countOpenAppeals } from '../../appeals/appeals.ts';
import { countDisputes } from '../../disputes/disputes.ts';
import { countAlarms } from '../../fraud/watch/alarms.ts';
import type { Tx } from '../../lib/tx.ts';
import { countWaitingBusinesses } from '../../onboarding/waiting.ts';
import { countOpen } from '../../reconciliation/exceptions.ts';
import { countHeldPayouts } from '../../settlement/payouts.ts';
import { countOpenLinks } from '../../shoppers/links/links.ts';
import { mostCounted } from '../parts/tabs.tsx';
import { type ConsoleInput, may } from './input.ts';
import { type Section, sections } from './paths.ts';

/** What waits in a section for somebody who works here, counted up to `mostCounted + 1`. */
const counts: { [section in Section]?: (tx: Tx) => Promise<number> } = {
  appeals: (tx) => countOpenAppeals(tx, mostCounted),
  disputes: (tx) => countDisputes(tx, { status: 'under_review', most: mostCounted }),
  alarms: async (tx) => (await countAlarms(tx, mostCounted)) + (await countOpenLinks(tx, mostCounted)),
  payouts: (tx) => countHeldPayouts(tx, mostCounted),
  businesses: (tx) => countWaitingBusinesses(tx, mostCounted),
  reconciliation: async (tx) => (await countOpen(tx)).reduce((all, { count }) => all + count, 0),
};

/** So much waits in a section. */
export type Waiting = { section: Section; count: number };

/** The sections in which something waits for whoever looks, as far as their roles open them. */
export async function readWaiting(tx: Tx, input: ConsoleInput): Promise<Waiting[]> {
  const waiting: Waiting[] = [{ section: 'cases', count: input.waitingCases ?? 0 }];
  for (const [name, count] of Object.entries(counts)) {
    const section = name as Section;
    if (may(input, sections[section].right)) waiting.push({ section, count: await count(tx) });
  }
  return waiting.filter(({ count }) => count > 0);
}
