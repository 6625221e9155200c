import type { PaymentMethod } from '../../../processor/payment-methods.ts';
import type { Repayment } from '../../../repayments/repayments.ts';
import type { Debt } from '../debts.ts';

/** What the page of a plan is made from. */
export type PlanInput = {
  debt: Debt;
  /** Everything that was tried, the newest first. */
  repayments: Repayment[];
  /** The shopper's cards. */
  methods: PaymentMethod[];
  timeZone: string;
};
