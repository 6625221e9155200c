import type { Reader } from '../page-reader.ts';

export type Group = 'checkout' | 'account' | 'dashboard' | 'console' | 'docs';

/** A page that people see, and who looks at it. */
export type GalleryPage = {
  /** The name of its picture: `account-plan`. */
  name: string;
  group: Group;
  path: string;
  /** Who is signed in; nobody needs to be where it is absent. */
  reader?: Reader;
  /** 200 where it is absent. */
  status?: number;
};

/** What stands on a page `at`, and the first address in it that looks like `link`, by the name of its own page. */
export type Listed = readonly [name: string, at: string, link?: readonly [name: string, pattern: RegExp]];

/** Reads the lists of a place and follows the first thing in each. Throws where a list has nothing to follow. */
export async function follow(
  group: Group,
  reader: Reader,
  base: string,
  lists: readonly Listed[],
): Promise<GalleryPage[]> {
  const pages: GalleryPage[] = [];
  for (const [name, at, link] of lists) {
    const path = base + at;
    pages.push({ name: `${group}-${name}`, group, path, reader });
    if (!link) continue;
    const [inside, pattern] = link;
    await reader.get(path);
    pages.push({ name: `${group}-${inside}`, group, path: hrefOn(reader, pattern), reader });
  }
  return pages;
}

/** The first address on a reader's page that looks like `pattern`. Throws where there is none. */
export function hrefOn({ page }: Reader, pattern: RegExp): string {
  const found = [...page.html.matchAll(/href="([^"]*)"/g)]
    .map(([, href = '']) => href.replaceAll('&amp;', '&'))
    .find((href) => pattern.test(href));
  if (found === undefined) throw new Error(`${page.path} leads to nothing like ${pattern.source}`);
  return found;
}

/** The shopper's own pages. */
export const accountLists: readonly Listed[] = [
  ['overview', ''],
  ['score', '/score'],
  ['decisions', '/decisions', ['decision', /\/decisions\/asm_/]],
  ['limits', '/limits'],
  ['own-limits', '/own-limits'],
  ['draws', '/draws'],
  ['draws-compared', '/draws?amount=1200'],
  ['guarantees', '/guarantees'],
  ['agreements', '/agreements'],
  ['bank-accounts', '/bank-accounts'],
  ['questions', '/cases', ['question', /\/cases\/cse_/]],
  ['ask', '/cases/new'],
  ['signing-in', '/signing-in'],
  ['messages', '/messages'],
  ['data', '/data'],
  ['you', '/you'],
];

/** Of one plan. */
export const planLists: readonly Listed[] = [
  ['plan', ''],
  ['document', '/agreement'],
  ['payment', '/payment?pay=all'],
  ['dispute', '/dispute'],
];

/** The merchant's back office. */
export const dashboardLists: readonly Listed[] = [
  ['home', ''],
  ['counter', '/counter', ['sale', /\/counter\/cs_/]],
  ['orders', '/orders', ['order', /\/orders\/ord_/]],
  ['disputes', '/disputes', ['dispute', /\/disputes\/dsp_/]],
  ['questions', '/cases?status=all', ['question', /\/cases\/cse_/]],
  ['settlements', '/settlements', ['settlement', /\/settlements\/stl_/]],
  ['fees', '/settlements/fees'],
  ['payouts', '/payouts', ['payout', /\/payouts\/po_/]],
  ['bank-accounts', '/bank-accounts'],
  ['keys', '/keys'],
  ['webhooks', '/webhooks', ['webhook', /\/webhooks\/whe_/]],
  ['events', '/events', ['event', /\/events\/evt_/]],
  ['requests', '/requests?outcome=refused', ['request', /\/requests\/req_/]],
  ['sandbox', '/sandbox'],
  ['go-live', '/go-live'],
  ['people', '/people'],
  ['audit', '/audit'],
  ['you', '/you'],
];

/** The operators' console. */
export const consoleLists: readonly Listed[] = [
  ['home', ''],
  ['decisions', '/decisions', ['decision', /\/decisions\/asm_/]],
  ['shoppers', '/shoppers'],
  ['merchants', '/merchants', ['merchant', /\/merchants\/mer_/]],
  ['models', '/models', ['comparison', /\/models\/[0-9a-f]{64}/]],
  ['policy', '/policy'],
  ['what-if', '/what-if?cut=640&rates=640:7.2,0:18'],
  ['appeals', '/appeals', ['appeal', /\/appeals\/apl_/]],
  ['disputes', '/disputes?status=all', ['dispute', /\/disputes\/dsp_/]],
  ['questions', '/cases', ['question', /\/cases\/cse_/]],
  ['alarms', '/alarms'],
  ['rules', '/alarms/rules/1?since=2026-01-01'],
  ['portfolio', '/portfolio'],
  ['vintages', '/portfolio/vintages'],
  ['roll-rates', '/portfolio/roll-rates'],
  ['losses', '/portfolio/losses'],
  ['money', '/money', ['account', /\/money\/account\?/]],
  ['payouts', '/payouts'],
  ['businesses', '/businesses'],
  ['reconciliation', '/reconciliation'],
  ['jobs', '/jobs'],
  ['operators', '/operators'],
  ['audit', '/audit'],
  ['you', '/you'],
];

/** What needs nobody who is signed in. */
export const openPages: readonly Omit<GalleryPage, 'reader'>[] = [
  { name: 'docs-start', group: 'docs', path: '/docs' },
  { name: 'docs-signing', group: 'docs', path: '/docs/signing' },
  { name: 'docs-events', group: 'docs', path: '/docs/events' },
  { name: 'docs-event', group: 'docs', path: '/docs/events/order.authorized' },
  { name: 'docs-problems', group: 'docs', path: '/docs/problems' },
  { name: 'docs-problem', group: 'docs', path: '/docs/problems/signature_invalid' },
  { name: 'docs-operation', group: 'docs', path: '/docs/operations/authorizeOrder' },
  { name: 'docs-changelog', group: 'docs', path: '/docs/changelog' },
  { name: 'docs-help', group: 'docs', path: '/help' },
  { name: 'docs-help-search', group: 'docs', path: '/help?q=refund' },
  { name: 'docs-help-article', group: 'docs', path: '/help/late' },
  { name: 'dashboard-start', group: 'dashboard', path: '/dashboard/start' },
  { name: 'dashboard-sign-in', group: 'dashboard', path: '/dashboard/sign-in' },
  { name: 'console-sign-in', group: 'console', path: '/console/sign-in' },
  { name: 'account-outside-over', group: 'account', path: '/sign-in/outside', status: 410 },
];
