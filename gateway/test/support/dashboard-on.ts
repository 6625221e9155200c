import type { Context } from '../../src/context.ts';
import { createApp } from '../../src/http/app.ts';
import { createHttpServer } from '../../src/http/listen.ts';
import type { MemberRole } from '../../src/members/rights.ts';
import { pagesRouter } from '../../src/pages/router.ts';
import { newMember, type SignedInMember } from './dashboard.ts';
import type { PagesWorld } from './pages-world.ts';
import type { Shop } from './shop.ts';
import type { World } from './world.ts';

/** The pages beside the API of a world, for members of its shops: what one does by a page, the other reads over HTTP. */
export function openDashboardOn(world: World) {
  const { config } = world.context;
  const context: Context = {
    ...world.context,
    config: { ...config, origins: { ...config.origins, api: 'http://127.0.0.1:4000' } },
  };
  const router = pagesRouter(context);
  const app = createApp(context, {
    routes: [],
    findKey: async () => undefined,
    pages: [{ path: '/', router }],
  });
  const pages = { context, server: createHttpServer(app) } as unknown as PagesWorld;
  return {
    pages,
    memberOf: ({ environmentId, merchantId }: Shop, role: MemberRole = 'owner'): Promise<SignedInMember> =>
      newMember(pages, { environmentId, merchant: { id: merchantId } }, role),
    close: () => pages.server.close(),
  };
}
