import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import { requireSandbox } from '../jobs/scenarios/arrange-fault.ts';
import { GatewayError } from '../lib/errors.ts';
import { listOwners, nameOwners } from '../onboarding/owners.ts';
import { findTestPerson } from '../shoppers/sandbox-identity.ts';

const OwnersJson = z
  .object({
    object: z.literal('owners'),
    data: z.array(z.object({ name: z.string(), national_id_last4: z.string() })),
  })
  .meta({ id: 'Owners', description: 'The people to whom the merchant belongs.' });

const put = defineRoute({
  method: 'put',
  path: '/v1/sandbox/owners',
  operationId: 'putSandboxOwners',
  summary: 'Say to whom your shop belongs in the sandbox',
  description:
    'Names test persons as the owners of your shop, in the place of those named before, to see what happens when one of them ' +
    'buys there: whoever is verified as an owner is declined at your shop and nowhere else. In live, owners are part of the ' +
    'business details that a person reads.',
  tags: ['Sandbox'],
  auth: 'merchant',
  scope: 'sandbox',
  body: z.strictObject({
    test_persons: z
      .array(
        z.string().max(20).meta({
          description: 'good-0 to good-999999. The same person signs in at the checkout by its phone.',
        }),
      )
      .max(20),
  }),
  bodyExample: { test_persons: ['good-7'] },
  success: {
    status: 200,
    description: 'They are the owners now.',
    schema: OwnersJson,
    example: { object: 'owners', data: [{ name: 'Test good 7', national_id_last4: '0076' }] },
  },
  problems: ['not_found', 'unavailable'],
  async write(tx, { body, merchant }) {
    requireSandbox(tx);
    const owners = body.test_persons.map(ownerOf);
    const different = new Map(owners.map((owner) => [owner.nationalId, owner]));
    await nameOwners(tx, { merchantId: merchant.id, owners: [...different.values()] });
    const named = await listOwners(tx, merchant.id);
    return {
      object: 'owners' as const,
      data: named.map(({ name, last4 }) => ({ name, national_id_last4: last4 })),
    };
  },
});

function ownerOf(label: string, index: number): { name: string; nationalId: string } {
  const person = findTestPerson(label);
  if (person) return { name: person.name, nationalId: person.nationalId };
  throw new GatewayError('validation_failed', {
    detail: 'There is no such test person.',
    errors: [{ pointer: `/test_persons/${index}`, code: 'unknown_test_person' }],
  });
}

export const ownerSandboxRoutes: Route[] = [put];
