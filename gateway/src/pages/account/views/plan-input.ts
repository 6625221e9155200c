import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import type { Allocated } from '../../../repayments/allocations.ts';
import type { Payoff } from '../../../repayments/payoff.ts';
import type { Repayment } from '../../../repayments/repayments.ts';
import type { Debt } from '../debts.ts';
import type { DisputeFacts } from '../disputes/facts.ts';
import type { LateFacts } from '../late/facts.ts';
import type { Ownership } from '../ownership.ts';
import type { ReturnFacts } from '../returns/facts.ts';

/** What the page of a plan is made from. */
export type PlanInput = {
  debt: Debt;
  payoff: Payoff;
  /** Everything that was tried, the newest first, and what of it paid which kind of debt, by its id. */
  repayments: Repayment[];
  allocated: Map<string, Allocated>;
  /** The shopper's cards. */
  methods: PaymentMethod[];
  late: LateFacts;
  returns: ReturnFacts | undefined;
  /** Whose it is what they owe. */
  ownership: Ownership;
  disputes: DisputeFacts | undefined;
};
