import type { Router } from 'express';

/** One route of the pages: its method, and its path with parameters such as `:orderId`. */
export type PageRoute = { method: 'get' | 'post'; path: string };

type Layer = {
  route?: { path: unknown; methods: Record<string, boolean> };
  handle?: { stack?: Layer[] };
};

/** Every route of a router and of those that are mounted in it, as Express keeps them. */
export function pageRoutes(router: Router): PageRoute[] {
  const walk = (layers: readonly Layer[]): PageRoute[] =>
    layers.flatMap(({ route, handle }) =>
      route
        ? Object.keys(route.methods).map((method) => ({
            method: method as PageRoute['method'],
            path: String(route.path),
          }))
        : walk(handle?.stack ?? []),
    );
  return walk((router as unknown as { stack: Layer[] }).stack);
}

/** The path with `values` in the place of its parameters; `fallback` where there is none. */
export function fillPath(path: string, values: Record<string, string>, fallback = 'x'): string {
  return path
    .replace('*rest', 'nowhere')
    .replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? fallback));
}
