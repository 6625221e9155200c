import { type Followed, followChannel } from '@morrow/db';
import type { Context } from '../context.ts';
import { findFunderKey } from '../credit/funder-keys.ts';
import { keyChangesChannel } from '../merchants/key-log.ts';
import { findVerificationKey } from '../merchants/keys.ts';
import { cacheKeys, type KeyCache } from './key-cache.ts';
import { createKeySources } from './key-sources.ts';

/**
 * Finds the keys of funders and merchants, those that are registered and those that merchants publish, and remembers
 * them for a while. One for a process.
 */
export function createKeys(context: Context): KeyCache {
  const findPublished = createKeySources(context);
  return cacheKeys(async (keyid) => {
    if (keyid.startsWith('fnd_')) {
      const key = await findFunderKey(context, keyid);
      return key && { ...key, ownerId: key.funderId, scopes: [] };
    }
    const key = await findVerificationKey(context, keyid);
    return key ? { ...key, ownerId: key.merchantId } : findPublished(keyid);
  }, context.clock);
}

/** Lets a process forget keys at once when any process changes them; without it they are forgotten after 5 s. */
export function followKeyChanges({ db, direct, log }: Context, keys: KeyCache): Promise<Followed> {
  return followChannel(direct ?? db, keyChangesChannel, {
    onNotice: (ownerId) => keys.forget(ownerId),
    onStart: () => keys.forget(),
    onLost: (error) => log.warn({ err: error }, 'changes of keys are not heard'),
  });
}
