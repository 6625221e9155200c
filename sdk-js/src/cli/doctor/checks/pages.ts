import { type Check, fail, pass } from '../check.ts';
import { newVisitor, pathOf, readable } from '../patient.ts';
import type { Page } from '../visitor.ts';

const csp: Check = {
  id: 'page.csp',
  title: 'Pages have a Content-Security-Policy that lets Morrow work and strangers not',
  fix: "Send script-src without 'unsafe-inline' (Morrow needs none), the gateway's origin in script-src and connect-src where you use its script and in form-action where your form leads to it, and frame-ancestors.",
  async run(patient) {
    const { bought, profile, connection } = patient;
    const visitor = bought?.visitor ?? newVisitor(patient);
    const paths = [...profile.pages, ...(bought ? [pathOf(profile.order_page, bought.session)] : [])];
    for (const path of new Set(paths)) {
      const page = await readable(visitor, path);
      const fault = policyFault(page, connection.baseUrl);
      if (fault !== undefined) return fail(`${path} ${fault}`);
    }
    return pass;
  },
};

function policyFault({ headers, html, url }: Page, gateway: string): string | undefined {
  const text = headers.get('content-security-policy');
  if (text === null) return 'has no Content-Security-Policy.';
  const policy = parsePolicy(text);
  const allowed = (directive: string): string[] =>
    policy.get(directive) ?? policy.get('default-src') ?? ['*'];
  const lets = (directive: string): boolean =>
    allowed(directive).some(
      (source) => source === '*' || source.startsWith(gateway) || source === new URL(gateway).protocol,
    );
  const scripts = allowed('script-src');
  const isStrict = scripts.some((source) => /^'(nonce-|sha\d+-)/.test(source));
  if (scripts.includes('*')) return 'takes scripts from anywhere.';
  if (scripts.includes("'unsafe-inline'") && !isStrict) return "takes inline scripts ('unsafe-inline').";
  if (!policy.has('frame-ancestors') && headers.get('x-frame-options') === null)
    return 'can be framed by anybody.';
  if (html.includes(`src="${gateway}/sdk/`)) {
    if (!lets('script-src') && !isStrict) return "loads Morrow's script, which its own policy forbids.";
    if (!lets('connect-src')) return "loads Morrow's script, whose requests its own policy forbids.";
  }
  const forms = policy.get('form-action');
  const ownOnly = forms && !forms.some((source) => source === '*' || source.startsWith(gateway));
  if (ownOnly && new URL(gateway).origin !== url.origin && /<form\b[^>]*checkout/i.test(html))
    return 'has a checkout form whose redirect to Morrow its own form-action forbids.';
  return undefined;
}

function parsePolicy(text: string): Map<string, string[]> {
  const directives = text.split(';').map((part) => part.trim().split(/\s+/));
  return new Map(directives.map(([name = '', ...sources]) => [name.toLowerCase(), sources]));
}

/** Looks through all that any visitor of this run was given; so it comes last. */
const secrets: Check = {
  id: 'page.secrets',
  title: 'No secret and no checkout_token reaches a browser',
  fix: 'Keep private keys, webhook secrets and checkout tokens on your server: a browser needs the publishable key, the address of the hosted page and a client token, and nothing else.',
  async run({ seen, secrets: values }) {
    for (const { what, text } of seen) {
      for (const [value, name] of values) if (text.includes(value)) return fail(`${name} is in ${what}.`);
      for (const [pattern, name] of patterns) if (pattern.test(text)) return fail(`${name} is in ${what}.`);
    }
    return pass;
  },
};

const patterns: [RegExp, string][] = [
  [/whsec_[A-Za-z0-9+/]{32}/, 'A webhook secret'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'A private key'],
  [/"kty"\s*:[^{}]*"d"\s*:|"d"\s*:[^{}]*"kty"\s*:/, 'A private key'],
];

/** What pages carry. `secretsCheck` looks at everything that the others have made the shop say. */
export const pageChecks: Check[] = [csp];
export const secretsCheck: Check = secrets;
