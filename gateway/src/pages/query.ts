/** An address with what it is asked for; what is undefined or empty is left out. */
export function withQuery(path: string, asked: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** What a page is asked for by this name; empty when it is missing, given twice, or longer than anything we ask. */
export function queryOf(req: { query: Record<string, unknown> }, name: string): string {
  const value = req.query[name];
  return typeof value === 'string' && value.length <= 200 ? value.trim() : '';
}
