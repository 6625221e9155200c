import { z } from 'zod';
import { registerFunderKey } from '../credit/funder-keys.ts';
import { findFunder, type Funder, listFunderIds } from '../credit/funders.ts';
import { defineRoute } from '../http/route.ts';
import { idOf, Timestamp } from '../http/schemas.ts';
import { requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { GatewayError } from '../lib/errors.ts';
import { importMerchantKey } from '../lib/jwk.ts';
import type { Tx } from '../lib/tx.ts';

const FunderKeyJson = z
  .object({
    object: z.literal('funder_key'),
    funder: z.object({ id: idOf('fnd'), name: z.string() }),
    kid: z.string(),
    key_id: z.string().meta({ description: 'The `keyid` of its signatures.' }),
    algorithm: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: 'FunderKey', description: 'A key by which a funder of a sandbox signs.' });

const funderId = 'fnd_018f6b2a9c7d7e3f8a1b2c3d4e5f6071' as const;

/** How whoever tests comes by a funder: live ones are registered by an operator. */
export const sandboxFunderKeysRoute = defineRoute({
  method: 'post',
  path: '/v1/sandbox/funder-keys',
  operationId: 'createFunderKey',
  summary: 'Register a key for a funder of the sandbox',
  description:
    'With the private key you then are that funder and may read what it owns. A funder has at most ten active keys.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: z.strictObject({
    funder: z.string().min(1).max(200).meta({ description: 'Its id, or its name.' }),
    jwk: z.record(z.string(), z.unknown()).meta({ description: 'The public key.' }),
  }),
  bodyExample: {
    funder: 'Lantern Bank',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  },
  success: {
    status: 201,
    description: 'The funder may sign with it.',
    schema: FunderKeyJson,
    example: {
      object: 'funder_key',
      funder: { id: funderId, name: 'Lantern Bank' },
      kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
      key_id: `${funderId}/kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k`,
      algorithm: 'ed25519',
      created_at: '2026-03-01T08:30:00.000Z',
    },
  },
  problems: ['not_found', 'key_unacceptable', 'state_conflict'],
  async write(tx, { body }) {
    requireSandbox(tx);
    const funder = await findNamed(tx, body.funder);
    const key = importMerchantKey(body.jwk);
    await registerFunderKey(tx, { funderId: funder.id, key });
    return {
      object: 'funder_key' as const,
      funder: { id: funder.id, name: funder.name },
      kid: key.kid,
      key_id: `${funder.id}/${key.kid}`,
      algorithm: key.algorithm,
      created_at: tx.wallNow.toISOString(),
    };
  },
});

async function findNamed(tx: Tx, idOrName: string): Promise<Funder> {
  for (const id of await listFunderIds(tx)) {
    const funder = await findFunder(tx, id);
    if (id === idOrName || funder.name === idOrName) return funder;
  }
  throw new GatewayError('not_found', { detail: 'The sandbox has no such funder.' });
}
