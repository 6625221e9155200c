import type { OperatorRole } from './operators.ts';

/** What an operator may do in the console, and the roles that give the right. */
const rolesFor = {
  decisions: ['risk'],
  shoppers: ['support', 'risk'],
  personal_data: ['support', 'risk'],
  lock_shoppers: ['support', 'risk'],
  ease_terms: ['risk'],
  merchants: ['support', 'risk', 'treasury'],
  models: ['risk'],
  policy: ['risk', 'admin'],
  change_policy: ['risk'],
  what_if: ['risk'],
  appeals: ['support', 'risk'],
  decide_appeals: ['risk'],
  disputes: ['support', 'risk'],
  decide_disputes: ['risk'],
  cases: ['support', 'risk'],
  alarms: ['risk'],
  portfolio: ['risk', 'treasury'],
  money: ['treasury'],
  payouts: ['treasury'],
  businesses: ['risk'],
  reconciliation: ['treasury'],
  jobs: ['treasury', 'admin'],
  retry_jobs: ['admin'],
  operators: ['admin'],
  audit: ['admin'],
} as const satisfies Record<string, readonly OperatorRole[]>;

export type Right = keyof typeof rolesFor;

export function hasRight(roles: readonly OperatorRole[], right: Right): boolean {
  return rolesFor[right].some((role) => roles.includes(role));
}
