import type { TestDatabase } from '@morrow/db/testing';
import { apiRoutes } from '../../../src/api/index.ts';
import { createApp } from '../../../src/http/app.ts';
import { createHttpServer } from '../../../src/http/listen.ts';
import { inboxPath } from '../../../src/notifications/inbox-path.ts';
import { docsRouter } from '../../../src/pages/docs/routes.ts';
import { pagesRouter } from '../../../src/pages/router.ts';
import { portOf } from '../browser-page.ts';
import { type PageRoute, pageRoutes } from '../page-routes.ts';
import { openPagesWorld } from '../pages-world.ts';
import { stepsOfAgreement } from './agreements.ts';
import { behindTheDesk } from './behind.ts';
import { stepsOfCheckout } from './checkouts.ts';
import {
  accountLists,
  consoleLists,
  dashboardLists,
  follow,
  type GalleryPage,
  type Listed,
  openPages,
  planLists,
} from './pages.ts';
import { promises } from './promises.ts';
import { tellStory } from './story.ts';

/** Every kind of page that the gateway has, with something on it, and the server that sends them. */
export type Gallery = {
  pages: GalleryPage[];
  /** Every route that the pages are mounted at. */
  routes: PageRoute[];
  /** Where shoppers' pages are; passkeys, and so the console's and the dashboard's, are at `localhost`. */
  origin: string;
  close: () => Promise<void>;
};

/** The pages and the documentation on a real database of their own, whose wall clock stands; scripts bring theirs. */
export async function openGallery(database?: TestDatabase): Promise<Gallery> {
  const pagesWorld = await openPagesWorld(database);
  const { context } = pagesWorld;
  Object.assign(context.config, { trustedProxies: 0, sandboxesPerHour: 1000, sandboxWebhookTargets: [] });
  const router = pagesRouter(context);
  const app = createApp(context, {
    routes: apiRoutes(context.config),
    findKey: async () => undefined,
    pages: [{ path: '/', router }],
    docs: docsRouter,
  });
  const server = createHttpServer(app);
  const world = { ...pagesWorld, server };
  const story = await tellStory(world);
  const { shop, shopper, member, operator, plans } = story;
  const account = `/account/${shop.environmentId}`;
  const pages: GalleryPage[] = [
    ...(await stepsOfCheckout(world, story)),
    ...(await stepsOfAgreement(world, story)),
    { name: 'account-sign-in', group: 'account', path: account },
    ...(await follow('account', shopper, account, accountLists)),
    ...(await follow('account', shopper, plans.open, planLists)),
    { name: 'account-plan-monthly', group: 'account', path: plans.monthly, reader: shopper },
    { name: 'account-plan-late', group: 'account', path: plans.late, reader: shopper },
    { name: 'account-return', group: 'account', path: `${plans.monthly}/return`, reader: shopper },
    { name: 'account-inbox', group: 'account', path: inboxPath(context.vault, shop.environmentId) },
    ...(await promises(world, story)),
    ...(await follow('dashboard', member, '/dashboard', dashboardLists)),
    ...(await follow('console', operator, `/console/${shop.environmentId}`, consoleLists)),
    ...(await behindTheDesk(world, story)),
    ...openPages,
  ];
  const settlement = pages.find(({ name }) => name === 'dashboard-settlement')!;
  const printed: Listed = [
    'settlement',
    '',
    ['statement', /\/settlements\/sbx_[0-9a-f]{32}\/[^/]+\/[^/]+\/[^/]+$/],
  ];
  pages.push((await follow('dashboard', member, settlement.path, [printed]))[1]!);
  const port = await portOf(server);
  return {
    pages,
    routes: pageRoutes(router),
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      await pagesWorld.close();
    },
  };
}

/** The address of a page at the name where its people's passkeys are made. */
export function addressOf({ origin }: Pick<Gallery, 'origin'>, { group, path }: GalleryPage): string {
  const isStaff = group === 'console' || group === 'dashboard';
  return (isStaff ? origin.replace('127.0.0.1', 'localhost') : origin) + path;
}
