import { compactVerify, createLocalJWKSet, errors } from 'jose';
import type { KeySet, ReceiptFault } from './types.ts';

/** What is wrong with the signature of a compact JWS, by these keys and none that it brings itself. */
export async function signatureFault(
  jws: string,
  keys: KeySet,
): Promise<Omit<ReceiptFault, 'where'> | undefined> {
  try {
    await compactVerify(jws, createLocalJWKSet(keys as never), { algorithms: ['EdDSA'] });
    return undefined;
  } catch (error) {
    return toFault(error);
  }
}

function toFault(error: unknown): Omit<ReceiptFault, 'where'> {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return {
      member: 'header.kid',
      message: 'The key set has no such key: another gateway or nobody signed it.',
    };
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return { member: 'header.alg', message: 'The signature is not by the algorithm that the gateway uses.' };
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return {
      member: 'signature',
      message:
        'The signature does not fit: the header, the payload or the signature was changed after signing.',
    };
  }
  return { member: 'signature', message: `The signature cannot be checked: ${(error as Error).message}.` };
}
