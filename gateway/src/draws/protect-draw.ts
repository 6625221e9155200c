import type { Funder } from '../credit/funders.ts';
import type { Funding } from '../credit/funding.ts';
import { availableOf } from '../credit/lines.ts';
import type { Tx } from '../lib/tx.ts';
import type { DeclineCode } from '../pay-score/assessments.ts';
import type { PlanOffer } from '../plans/offers.ts';
import { type ProtectionFacts, readProtection } from '../protection/facts.ts';
import { firstReason } from '../protection/first-reason.ts';
import { protect, type Protection } from '../protection/protect.ts';
import { type Excused, type JudgedWithGrant, judgeWithGrant } from '../standing/grants.ts';
import { declineOf, type Judged as JudgedLine, type Standing } from '../standing/standing.ts';
import type { DrawMarket } from './market.ts';

/** What of a shopper's standing a draw is decided by. */
export type JudgedStanding = Pick<Standing, 'facts' | 'score' | 'policy'> & { line: JudgedLine };

/** A way to borrow, from the funder that would lend it so, alone or with others. */
export type DrawWay = { funder: Funder; funding: Funding; offer: PlanOffer };

export type JudgedDraw = {
  /** The first rule that refuses a draw of this amount in every one of these ways, by the rules of every decision. */
  declineCode: DeclineCode | null;
  facts: ProtectionFacts;
  protection: Protection<DrawWay>;
};

/** A draw as its rules look at it. */
export type DrawCase = {
  market: DrawMarket;
  standing: JudgedStanding;
  amount: bigint;
  funder: Funder | undefined;
  ways: readonly DrawWay[];
  needsIdentity: boolean;
  /** What the rules against fraud said; nothing where nobody looked. */
  screened?: DeclineCode | null;
  /** The rules that a person has passed over for this shopper. */
  excused?: Excused;
};

/**
 * Judges a draw: the rules of every decision, but for those that a person has passed over, and those that protect its
 * shopper. Nothing is written. Only who draws has to have proved who they are; a page compares for everybody.
 */
export async function judgeDraw(
  tx: Tx,
  input: Omit<DrawCase, 'excused'> & { shopperId: string },
): Promise<JudgedWithGrant<JudgedDraw>> {
  const { shopperId, amount } = input;
  const { currency, today } = input.market;
  const facts = await readProtection(tx, { shopperId, currency, today });
  return judgeWithGrant(tx, { shopperId, currency, amount }, (excused) =>
    judgeDrawBy(facts, { ...input, excused }),
  );
}

/** The same by what was read of the shopper before. Pure. */
export function judgeDrawBy(facts: ProtectionFacts, input: DrawCase): JudgedDraw {
  const { market, standing, amount, funder, needsIdentity, screened, excused } = input;
  const hasRoom = amount <= availableOf(standing.line);
  const protection = protect(facts, {
    amount,
    line: standing.line,
    market: market.market,
    needsIdentity,
    offers: hasRoom ? input.ways : [],
  });
  const ruled = declineOf({ ...standing, funder, offers: hasRoom ? [amount] : [], excused });
  const suspected = screened && excused?.has(screened) ? null : screened;
  return { declineCode: firstReason(protection.code, suspected, ruled), facts, protection };
}
