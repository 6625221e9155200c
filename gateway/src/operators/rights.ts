import type { OperatorRole } from './operators.ts';

/** What an operator may do in the console, and the roles that give the right. */
const rolesFor = {
  decisions: ['risk'],
  models: ['risk'],
  what_if: ['risk'],
  appeals: ['support', 'risk'],
  decide_appeals: ['risk'],
  disputes: ['support', 'risk'],
  decide_disputes: ['risk'],
  alarms: ['risk'],
  portfolio: ['risk', 'treasury'],
  money: ['treasury'],
  payouts: ['treasury'],
  reconciliation: ['treasury'],
  operators: ['admin'],
  audit: ['admin'],
} as const satisfies Record<string, readonly OperatorRole[]>;

export type Right = keyof typeof rolesFor;

export function hasRight(roles: readonly OperatorRole[], right: Right): boolean {
  return rolesFor[right].some((role) => roles.includes(role));
}
