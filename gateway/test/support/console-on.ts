import { createApp } from '../../src/http/app.ts';
import { createHttpServer } from '../../src/http/listen.ts';
import { pagesRouter } from '../../src/pages/router.ts';
import type { PagesWorld } from './pages-world.ts';
import type { World } from './world.ts';

/** The pages of a world that was filled over its API, for `newOperator`; from now on it is where passkeys are made. */
export function openConsoleOn({ context }: World): PagesWorld {
  context.config.origins.api = 'http://127.0.0.1:4000';
  const app = createApp(context, {
    routes: [],
    findKey: async () => undefined,
    pages: [{ path: '/', router: pagesRouter(context) }],
  });
  return { context, server: createHttpServer(app) } as unknown as PagesWorld;
}
