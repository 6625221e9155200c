/** A decoded form: `a[b]=1` is `{a: {b: '1'}}`, as Stripe's SDK writes nested parameters. */
export type Form = { [name: string]: string | Form };

/** Decodes a query or a body in Stripe's form encoding. Keys that other keys nest under are refused by the caller's schema. */
export function decodeForm(text: string): Form {
  const form: Form = Object.create(null) as Form;
  for (const [path, value] of new URLSearchParams(text)) {
    const names = path.split(/\]\[|\[|\]/).filter(Boolean);
    const last = names.pop() ?? path;
    let inner = form;
    for (const name of names) {
      const next = inner[name];
      inner = inner[name] = typeof next === 'object' ? next : (Object.create(null) as Form);
    }
    inner[last] = value;
  }
  return form;
}

/** Decodes the body of a request to this path: what Stripe's second API takes is JSON, and may hold numbers. */
export function decodeBody(path: string, text: string): Form {
  return path.startsWith('/v2/') && text !== '' ? (JSON.parse(text) as Form) : decodeForm(text);
}
