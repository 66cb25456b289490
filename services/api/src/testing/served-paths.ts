import type { Express } from 'express';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
  /** @returns where the layer is mounted, false where it does not serve the path */
  match(path: string): { path: string } | false;
}

/** What express really serves below a base, from its own tables: `get /api/v1/customers/{id}`. */
export function servedPaths(app: Express, base: string): string[] {
  return collect((app.router as unknown as { stack: Layer[] }).stack, '').filter((route) =>
    route.slice(route.indexOf(' ') + 1).startsWith(base),
  );

  function collect(stack: Layer[], above: string): string[] {
    return stack.flatMap((layer) => {
      if (layer.route) return routesOf(layer.route, above);
      const mounted = layer.match(`${base}/any`);
      return mounted && layer.handle.stack ? collect(layer.handle.stack, above + mounted.path) : [];
    });
  }
}

function routesOf({ path, methods }: { path: string; methods: Record<string, boolean> }, above: string): string[] {
  const full = above + path.replaceAll(/:(\w+)/g, '{$1}');
  return Object.keys(methods).map((method) => `${method} ${full}`);
}
