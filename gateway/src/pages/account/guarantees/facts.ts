import { openUnder } from '../../../credit/guarantees/cover.ts';
import { type Guarantee, listGuarantees, type Role } from '../../../credit/guarantees/guarantees.ts';
import {
  findFor,
  guarantorPhone,
  invitedPhone,
  listInvitations,
} from '../../../credit/guarantees/invitations.ts';
import { exposureOf } from '../../../credit/guarantees/state.ts';
import { listLentCurrencies } from '../../../credit/funders.ts';
import { listLines } from '../../../credit/lines.ts';
import type { CalendarDate } from '../../../lib/dates.ts';
import type { Id } from '../../../lib/ids.ts';
import { minOf, sum } from '../../../lib/money.ts';
import type { Tx } from '../../../lib/tx.ts';
import { listCards, type PaymentMethod } from '../../../processor/payment-methods.ts';
import { type Call, listCalls } from '../../../repayments/guarantors/calls.ts';
import { type GuarantorStanding, guarantorStanding } from '../../../repayments/guarantors/eligibility.ts';
import { listOpenWarnings } from '../../../repayments/guarantors/late.ts';
import { standingNow } from '../../../standing/standing.ts';

/** A guarantee as one of its sides looks at it. Amounts are minor units of its currency. */
export type Seen = {
  guarantee: Guarantee;
  role: Role;
  /** The other side's. */
  phone: string;
  /** What of the cap was paid, is in use, and is free for new purchases. */
  paid: bigint;
  inUse: bigint;
  free: bigint;
};

/** One guarantee with everything that its page shows. */
export type SeenWhole = Seen & {
  warnings: { planId: string; callOn: CalendarDate; amount: bigint }[];
  calls: Call[];
  /** What the debtor owes to the guarantor. */
  claim: bigint;
  methods: PaymentMethod[];
};

/** What a shopper stands in, and what waits for their answer, the newest first. */
export async function readGuarantees(
  tx: Tx,
  shopperId: Id<'shp'>,
): Promise<{ waiting: Seen[]; given: Seen[]; received: Seen[] }> {
  return {
    waiting: await seenBy(tx, await listInvitations(tx, shopperId), 'debtor'),
    given: await seenBy(tx, await listGuarantees(tx, shopperId, 'guarantor'), 'guarantor'),
    received: await seenBy(tx, await listGuarantees(tx, shopperId, 'debtor'), 'debtor'),
  };
}

async function seenBy(tx: Tx, guarantees: readonly Guarantee[], role: Role): Promise<Seen[]> {
  const open = await openUnder(
    tx,
    guarantees.map(({ id }) => id),
  );
  const seen: Seen[] = [];
  for (const guarantee of guarantees) {
    const { cap, calledAmount: paid, status } = guarantee;
    const inUse = exposureOf(guarantee, open.get(guarantee.id) ?? 0n);
    const phone =
      role === 'guarantor'
        ? await invitedPhone(tx, guarantee)
        : await guarantorPhone(tx, guarantee.guarantorId);
    seen.push({ guarantee, role, phone, paid, inUse, free: status === 'active' ? cap - paid - inUse : 0n });
  }
  return seen;
}

/** One guarantee of this shopper, or an offer to them; `not_found` otherwise. */
export async function readGuarantee(
  tx: Tx,
  input: { guaranteeId: Id<'gua'>; shopperId: Id<'shp'> },
): Promise<SeenWhole> {
  const { guarantee, role } = await findFor(tx, input);
  const [seen] = await seenBy(tx, [guarantee], role);
  if (!seen) throw new Error('a guarantee that is seen by nobody');
  const calls = await listCalls(tx, guarantee.id);
  return {
    ...seen,
    warnings: await listOpenWarnings(tx, guarantee.id),
    calls,
    claim: sum(calls.map(({ claim }) => claim)),
    methods: await listCards(tx, input.shopperId),
  };
}

/** Whether and up to what somebody may vouch now, in the currency in which they can. */
export async function readVouching(
  tx: Tx,
  shopperId: Id<'shp'>,
): Promise<(GuarantorStanding & { currency: string }) | undefined> {
  const own = (await listLines(tx, shopperId)).map(({ currency }) => currency);
  const currencies = own.length > 0 ? own : await listLentCurrencies(tx);
  const standings = [];
  for (const currency of currencies) {
    const standing = await standingNow(tx, { shopperId, currency });
    standings.push({ currency, ...(await guarantorStanding(tx, { shopperId, currency, standing })) });
  }
  return standings.find(({ obstacle }) => obstacle === undefined) ?? standings[0];
}

/** The amounts that the account's first page tells. */
export function amountsOf(seen: readonly Seen[]): { amount: bigint; currency: string }[] {
  const byCurrency = new Map<string, bigint>();
  for (const { guarantee, role } of seen) {
    const { status, currency, cap, pledged } = guarantee;
    const amount = role === 'guarantor' ? pledged : status === 'active' ? cap : 0n;
    if (amount > 0n) byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + minOf(amount, cap));
  }
  return [...byCurrency].map(([currency, amount]) => ({ currency, amount }));
}
