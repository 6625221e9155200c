import type { Right } from '../../operators/rights.ts';

/** The sections of the console: below an environment, with the right that each needs; null is for everybody. */
export const sections = {
  home: { path: '', right: null },
  decisions: { path: 'decisions', right: 'decisions' },
  shoppers: { path: 'shoppers', right: 'shoppers' },
  merchants: { path: 'merchants', right: 'merchants' },
  models: { path: 'models', right: 'models' },
  policy: { path: 'policy', right: 'policy' },
  what_if: { path: 'what-if', right: 'what_if' },
  appeals: { path: 'appeals', right: 'appeals' },
  disputes: { path: 'disputes', right: 'disputes' },
  cases: { path: 'cases', right: 'cases' },
  alarms: { path: 'alarms', right: 'alarms' },
  portfolio: { path: 'portfolio', right: 'portfolio' },
  money: { path: 'money', right: 'money' },
  payouts: { path: 'payouts', right: 'payouts' },
  businesses: { path: 'businesses', right: 'businesses' },
  reconciliation: { path: 'reconciliation', right: 'reconciliation' },
  jobs: { path: 'jobs', right: 'jobs' },
  operators: { path: 'operators', right: 'operators' },
  audit: { path: 'audit', right: 'audit' },
  you: { path: 'you', right: null },
} as const satisfies Record<string, { path: string; right: Right | null }>;

export type Section = keyof typeof sections;

export const signInPath = '/console/sign-in';

/** The address of a section in an environment, or of the environment's first page. */
export function consolePath(environmentId: string, section: Section = 'home'): string {
  const { path } = sections[section];
  return path === '' ? `/console/${environmentId}` : `/console/${environmentId}/${path}`;
}

const pageShape = /^\/console\/(?:live|sbx_[0-9a-f]{32})(?:\/[a-z0-9_-]{1,80}){0,3}$/;

/** The page of the console that somebody wanted to see before they signed in; its start when it is none of ours. */
export function pageOf(value: string): string {
  return pageShape.test(value) ? value : '/console';
}
