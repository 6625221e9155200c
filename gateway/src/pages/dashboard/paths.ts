import type { Right } from '../../members/rights.ts';

/** The sections of the dashboard, with the right that each needs; null is for everybody. */
export const sections = {
  home: { path: '', right: null },
  counter: { path: 'counter', right: 'counter' },
  orders: { path: 'orders', right: 'orders' },
  disputes: { path: 'disputes', right: 'disputes' },
  cases: { path: 'cases', right: 'cases' },
  settlements: { path: 'settlements', right: 'settlements' },
  payouts: { path: 'payouts', right: 'payouts' },
  bank: { path: 'bank-accounts', right: 'bank_accounts' },
  keys: { path: 'keys', right: 'keys' },
  webhooks: { path: 'webhooks', right: 'webhooks' },
  events: { path: 'events', right: 'events' },
  requests: { path: 'requests', right: 'requests' },
  sandbox: { path: 'sandbox', right: 'sandbox' },
  business: { path: 'go-live', right: 'business' },
  people: { path: 'people', right: 'people' },
  audit: { path: 'audit', right: 'audit' },
  you: { path: 'you', right: null },
} as const satisfies Record<string, { path: string; right: Right | null }>;

export type Section = keyof typeof sections;

export const signInPath = '/dashboard/sign-in';
export const startPath = '/dashboard/start';

/** The address of a section, or of something in it. */
export function dashboardPath(section: Section = 'home', ...inside: string[]): string {
  return ['/dashboard', sections[section].path, ...inside].filter((part) => part !== '').join('/');
}

const pageShape = /^\/dashboard(?:\/[A-Za-z0-9_-]{1,80}){0,4}$/;

/** The page of the dashboard that somebody wanted to see before they signed in; its start when it is none of ours. */
export function pageOf(value: string): string {
  return pageShape.test(value) ? value : dashboardPath();
}
