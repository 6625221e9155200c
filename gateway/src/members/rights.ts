export const memberRoles = ['owner', 'finance', 'support', 'developer', 'counter'] as const;

export type MemberRole = (typeof memberRoles)[number];

/** What a member may do in the dashboard, and the roles that give the right. */
const rolesFor = {
  counter: ['owner', 'finance', 'support', 'counter'],
  orders: ['owner', 'support', 'finance', 'developer'],
  capture_orders: ['owner', 'support'],
  refund_orders: ['owner', 'support', 'finance'],
  disputes: ['owner', 'support', 'finance'],
  cases: ['owner', 'support', 'finance'],
  settlements: ['owner', 'finance'],
  payouts: ['owner', 'finance'],
  bank_accounts: ['owner', 'finance'],
  change_bank_account: ['owner'],
  keys: ['owner', 'developer'],
  webhooks: ['owner', 'developer'],
  events: ['owner', 'developer'],
  requests: ['owner', 'developer'],
  sandbox: ['owner', 'developer'],
  business: ['owner'],
  people: ['owner'],
  audit: ['owner'],
} as const satisfies Record<string, readonly MemberRole[]>;

export type Right = keyof typeof rolesFor;

export function hasRight(role: MemberRole, right: Right): boolean {
  return rolesFor[right].some((one) => one === role);
}
