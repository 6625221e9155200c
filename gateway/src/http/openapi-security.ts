import { publishableKeyHeader, publishableKeyQuery } from './publishable-key.ts';
import type { Auth, Route } from './route.ts';

const signingRecipe = `RFC 9421, profile \`morrow-v1\`. Headers:

- \`Signature-Input: morrow=("@method" "@target-uri" …);created=<Unix seconds>;keyid="<merchant id>/<kid>"\`
- \`Signature: morrow=:<base64>:\`
- \`Content-Digest: sha-256=:<base64>:\` (RFC 9530), whenever there is a body

A read covers \`@method\` and \`@target-uri\`. A write also covers \`idempotency-key\`, and \`content-digest\` whenever there is
a body. \`@target-uri\` is the origin of this API followed by path and query exactly as they are sent; nothing is
normalized. \`created\` may differ from the time by 300 s. \`expires\` (at most \`created\` + 300), \`nonce\` (single-use) and
\`alg\` may be sent, and \`tag\`, if sent, is \`morrow-v1\`. The registered key fixes the algorithm: \`ed25519\`,
\`ecdsa-p256-sha256\` (64 octets, r and s), \`rsa-pss-sha512\` (salt of 64 octets) or \`rsa-v1_5-sha256\`.

To sign a request:

- Serialize the body once; these bytes are hashed, signed and sent.
- With a body, make \`Content-Digest\`: SHA-256 of the bytes in base64, between \`sha-256=:\` and \`:\`.
- Write the parameters: the covered names in quotes and parentheses, then \`created\` and \`keyid\`.
- Write the signature base: one line for each covered component, \`"<name>": <value>\`, and at the end
  \`"@signature-params": \` with these parameters; lines are joined by a line feed, and none follows the last.
- Sign the base's bytes, and send the parameters in \`Signature-Input\` and the signature in \`Signature\`.

The base of an order's authorization:

\`\`\`
"@method": POST
"@target-uri": https://pay.example/v1/orders
"idempotency-key": "authorize-1001"
"content-digest": sha-256=:<base64>:
"@signature-params": ("@method" "@target-uri" "idempotency-key" "content-digest");created=1772353800;keyid="mer_…/k1"
\`\`\`

In a sandbox, the problem \`signature_invalid\` shows the base that the gateway computed and the first line that differs.

An answer is signed, too, by a key of \`/.well-known/jwks.json\`, when the request asks for it by
\`Accept-Signature: sig1=("@status" "content-digest" "@method";req "@target-uri";req);tag="morrow-response-v1"\` (RFC 9421, section 5).`;

const publishable =
  "The merchant's publishable key, `pub_…`. It stands in the shop's pages and proves nothing: it says whose shop asks. A page that asks must be of one of the merchant's `allowed_origins`; no cookies are used.";

const schemes = {
  merchantSignature: { type: 'apiKey' as const, in: 'header', name: 'Signature', description: signingRecipe },
  funderSignature: {
    type: 'apiKey' as const,
    in: 'header',
    name: 'Signature',
    description:
      'As merchantSignature, by a key of the funder; `keyid` is `<funder id>/<kid>`. A funder reads what it owns.',
  },
  newKeySignature: {
    type: 'apiKey' as const,
    in: 'header',
    name: 'Signature',
    description:
      'As merchantSignature, made with the private key whose public JWK is the member `jwk` of the body; `keyid` is its `kid` alone, which without one is its RFC 7638 thumbprint.',
  },
  publishableKey: {
    type: 'apiKey' as const,
    in: 'header',
    name: publishableKeyHeader,
    description: publishable,
  },
  publishableKeyInQuery: {
    type: 'apiKey' as const,
    in: 'query',
    name: publishableKeyQuery,
    description: `${publishable} In the query, browsers need not ask first whether they may send it.`,
  },
  clientToken: {
    type: 'http' as const,
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      "What `createClientToken` gave to the shop's server for one checkout session. It works on pages of the origin of the session's `return_url` only, for 30 minutes.",
  },
};

/** By which schemes each kind of caller may say who it is; one of them suffices. */
const schemesOf: Record<Auth, readonly (keyof typeof schemes)[]> = {
  merchant: ['merchantSignature'],
  funder: ['funderSignature'],
  new_key: ['newKeySignature'],
  publishable: ['publishableKey', 'publishableKeyInQuery'],
  client_token: ['clientToken'],
  none: [],
};

export function securityOf({ auth }: Pick<Route, 'auth'>): Record<string, string[]>[] {
  return schemesOf[auth].map((name) => ({ [name]: [] }));
}

/** The schemes that these routes use. */
export function securitySchemesOf(routes: readonly Pick<Route, 'auth'>[]) {
  const used = new Set(routes.flatMap(({ auth }) => schemesOf[auth]));
  return Object.fromEntries(Object.entries(schemes).filter(([name]) => used.has(name as never)));
}
