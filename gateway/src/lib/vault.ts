import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/**
 * Personal data and secrets at rest. Sealed text is `v1.<master key id>.<data key id>.<nonce>.<ciphertext>` under
 * AES-256-GCM; the place it was written for (environment, table, column, row) is authenticated with it, so that a
 * sealed value copied to another row does not open. A data key per shopper lies wrapped in the shopper's row:
 * erasing it erases everything that was sealed with it.
 */
export type Vault = {
  /** Seals `text` for `place`, under a shopper's data key where one is given. */
  seal(text: string, place: string, dataKey?: DataKey): string;
  /** Opens what `seal` made; throws when the text was changed or belongs to another place. */
  open(sealed: string, place: string, dataKey?: DataKey): string;
  /** A new data key and its wrapped form, to be stored with its owner. */
  newDataKey(owner: string): { dataKey: DataKey; wrapped: string };
  unwrapDataKey(wrapped: string, owner: string): DataKey;
  /** The ids of the master keys, the newest first: it seals. The oldest makes stamps and hashes that have no versions. */
  keyIds: readonly string[];
  /** Seals anew, under the newest master key, what lies directly under one of them: a value or a wrapped data key. */
  reseal(sealed: string, place: string): string;
  /** A keyed hash of `value` by the oldest master key, for what is only compared; those of different columns do not match. */
  blindIndex(column: string, value: string): Buffer;
  /** The same by every master key, the newest first, each with its version: what is looked up by them may be under any. */
  blindIndexes(column: string, value: string): BlindIndex[];
  /** A keyed hash in base64url that proves we issued something, such as a checkout token. */
  stamp(purpose: string, value: string): string;
  /** 32 bytes for another key of ours, by each master key, the newest first; the same in every process. */
  seeds(purpose: string): Buffer[];
};

/**
 * `version` is the id of the master key it comes from, which the hash begins with: `<id>.` and 32 bytes. What comes from the
 * oldest one is the 32 bytes alone, of `firstVersion`.
 */
export type BlindIndex = { version: string; index: Buffer };

/** The version of hashes by the oldest master key, whatever its id. */
export const firstVersion = '-';

export type DataKey = { owner: string; key: Buffer };

/** `id` names the master key in every sealed text, so that an older one can still be opened after a rotation. */
export type MasterKey = { id: string; key: Buffer };

const cipherName = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

function encrypt(key: Buffer, text: Buffer, place: string): { nonce: Buffer; ciphertext: Buffer } {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, key, nonce);
  cipher.setAAD(Buffer.from(place));
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return { nonce, ciphertext };
}

function decrypt(key: Buffer, nonce: Buffer, ciphertext: Buffer, place: string): Buffer {
  const decipher = createDecipheriv(cipherName, key, nonce);
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(ciphertext.subarray(ciphertext.length - tagBytes));
  return Buffer.concat([decipher.update(ciphertext.subarray(0, -tagBytes)), decipher.final()]);
}

function derive(master: MasterKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master.key, Buffer.alloc(0), `morrow:${purpose}`, 32));
}

function hashOf(key: Buffer, column: string, value: string): Buffer {
  return createHmac('sha256', key).update(`${column}\n${value}`).digest();
}

/** A vault over its master keys; the first one seals, all of them open. The last, the oldest, makes stamps. */
export function createVault(masterKeys: readonly MasterKey[]): Vault {
  const [current] = masterKeys;
  const oldest = masterKeys.at(-1);
  if (!current || !oldest) throw new Error('the vault needs a master key');
  const sealing = new Map(masterKeys.map((master) => [master.id, derive(master, 'seal')]));
  const sealingKey = derive(current, 'seal');
  const indexKeys = masterKeys.map((master) => ({
    version: master === oldest ? firstVersion : master.id,
    key: derive(master, 'index'),
  }));
  const indexKey = derive(oldest, 'index');
  const stampKey = derive(oldest, 'stamp');

  function sealWith(text: Buffer, place: string, dataKey?: DataKey): string {
    const { nonce, ciphertext } = encrypt(dataKey?.key ?? sealingKey, text, place);
    return [
      'v1',
      current?.id,
      dataKey?.owner ?? '-',
      nonce.toString('base64url'),
      ciphertext.toString('base64url'),
    ].join('.');
  }

  function openWith(sealed: string, place: string, dataKey?: DataKey): Buffer {
    const [version, masterId, owner, nonce, ciphertext] = sealed.split('.');
    const key =
      owner === '-' ? sealing.get(masterId ?? '') : owner === dataKey?.owner ? dataKey?.key : undefined;
    if (version !== 'v1' || !key || !nonce || !ciphertext)
      throw new Error(`no key opens what is sealed at ${place}`);
    return decrypt(key, Buffer.from(nonce, 'base64url'), Buffer.from(ciphertext, 'base64url'), place);
  }

  return {
    seal: (text, place, dataKey) => sealWith(Buffer.from(text), place, dataKey),
    open: (sealed, place, dataKey) => openWith(sealed, place, dataKey).toString(),
    newDataKey(owner) {
      const dataKey = { owner, key: randomBytes(32) };
      return { dataKey, wrapped: sealWith(dataKey.key, dataKeyPlace(owner)) };
    },
    unwrapDataKey: (wrapped, owner) => ({ owner, key: openWith(wrapped, dataKeyPlace(owner)) }),
    keyIds: masterKeys.map(({ id }) => id),
    reseal: (sealed, place) => sealWith(openWith(sealed, place), place),
    blindIndex: (column, value) => hashOf(indexKey, column, value),
    blindIndexes: (column, value) =>
      indexKeys.map(({ version, key }) => {
        const hash = hashOf(key, column, value);
        return {
          version,
          index: version === firstVersion ? hash : Buffer.concat([Buffer.from(`${version}.`), hash]),
        };
      }),
    stamp: (purpose, value) =>
      createHmac('sha256', stampKey).update(`${purpose}\n${value}`).digest('base64url'),
    seeds: (purpose) => masterKeys.map((master) => derive(master, `seed:${purpose}`)),
  };
}

/**
 * Names where a sealed value lies. It is authenticated with the value, which therefore opens nowhere else. `row` has more
 * than one part where the table's key has.
 */
export function sealedPlace(environmentId: string, table: string, column: string, ...row: string[]): string {
  return [environmentId, table, column, ...row].join('/');
}

/** Where the wrapped data key of this owner lies, as it is authenticated. */
export function dataKeyPlace(owner: string): string {
  return `data-key:${owner}`;
}

/** Whether two secrets are equal, in a time that does not tell where they differ. */
export function secretsEqual(a: string | Buffer, b: string | Buffer): boolean {
  const first = Buffer.from(a);
  const second = Buffer.from(b);
  return first.length === second.length && timingSafeEqual(first, second);
}
