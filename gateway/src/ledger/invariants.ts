import { checkpointsInvariants } from './invariants/checkpoints.ts';
import { creditInvariants } from './invariants/credit.ts';
import { guaranteesInvariants } from './invariants/guarantees.ts';
import { moneyInvariants } from './invariants/money.ts';
import { plansInvariants } from './invariants/plans.ts';

/**
 * SQL for each invariant of money.md: rows (subject, currency, actual, expected) of all that is compared. `checkBooks`
 * binds `:environment` and gives them what it has read of all transfers, once for all of them:
 *
 * - balances (account, currency, posted, pending, …: the columns of `bookBalancesSql`)
 * - owed (the same with code, plan_id and funder_id: accounts that stand under a plan), and principal (those of that code)
 * - checkpoints (account, currency, through_id, posted, pending: the last one of each account)
 */
export const invariants = {
  ...plansInvariants,
  ...creditInvariants,
  ...guaranteesInvariants,
  ...moneyInvariants,
  ...checkpointsInvariants,
} as const;
