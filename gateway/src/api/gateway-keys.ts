import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { gatewayKeys } from '../lib/gateway-key.ts';

const exampleKey = {
  kty: 'OKP' as const,
  crv: 'Ed25519' as const,
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  alg: 'EdDSA' as const,
  kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  use: 'sig' as const,
};

export const gatewayKeysRoute = defineRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'getGatewayKeys',
  summary: "Read the gateway's public keys",
  description:
    'What the gateway signs with (RFC 7517), the newest first: answers, receipts, seals, event ' +
    'checkpoints and client tokens. Fetch it again when you meet a `kid` that you do not know, ' +
    'but not for every signature.',
  tags: ['System'],
  auth: 'none',
  cacheSeconds: 300,
  success: {
    status: 200,
    description: 'The keys.',
    schema: z
      .object({
        keys: z.array(
          z.object({
            kty: z.literal('OKP'),
            crv: z.literal('Ed25519'),
            x: z.string(),
            alg: z.literal('EdDSA'),
            kid: z.string(),
            use: z.literal('sig'),
          }),
        ),
      })
      .meta({ id: 'GatewayKeys' }),
    example: { keys: [exampleKey] },
  },
  run: async ({ vault }) => ({ keys: gatewayKeys(vault).map(({ jwk }) => jwk) }),
});
