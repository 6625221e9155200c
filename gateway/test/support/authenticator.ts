import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A credential's answer as `PublicKeyCredential.toJSON()` writes it. */
export type CredentialJson = {
  id: string;
  rawId: string;
  type: 'public-key';
  clientExtensionResults: object;
  response: Record<string, unknown>;
};

type Flags = { verified?: boolean };

/**
 * A security key in software (Web Authentication, level 2: sections 6.1 and 6.5): one ES256 credential, attestation
 * "none". It signs whatever it is asked to, at whatever origin it is told it is, so that tests can lie.
 */
export function newAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  const counter = { value: 0 };

  function answer(response: Record<string, unknown>): CredentialJson {
    const encoded = id.toString('base64url');
    return { id: encoded, rawId: encoded, type: 'public-key', clientExtensionResults: {}, response };
  }

  return {
    id: id.toString('base64url'),
    counter,
    create(
      options: { challenge: string; rp: { id: string } },
      origin: string,
      { verified = true }: Flags = {},
    ): CredentialJson {
      const credential = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, coseKey(publicKey)]);
      const data = authenticatorData(options.rp.id, { verified, attested: true }, counter.value, credential);
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        cborText('fmt'),
        cborText('none'),
        cborText('attStmt'),
        Buffer.from([0xa0]),
        cborText('authData'),
        cborBytes(data),
      ]);
      return answer({
        clientDataJSON: clientData('webauthn.create', options.challenge, origin),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      });
    },
    get(
      options: { challenge: string; rpId: string },
      origin: string,
      { verified = true }: Flags = {},
    ): CredentialJson {
      counter.value += 1;
      const data = authenticatorData(options.rpId, { verified, attested: false }, counter.value);
      const json = clientData('webauthn.get', options.challenge, origin);
      const hash = createHash('sha256').update(Buffer.from(json, 'base64url')).digest();
      return answer({
        clientDataJSON: json,
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, hash]), privateKey).toString('base64url'),
      });
    },
  };
}

export type Authenticator = ReturnType<typeof newAuthenticator>;

function clientData(type: string, challenge: string, origin: string): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
}

function authenticatorData(
  relyingParty: string,
  { verified, attested }: { verified: boolean; attested: boolean },
  counter: number,
  credential: Buffer = Buffer.alloc(0),
): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const flags = 0x01 | (verified ? 0x04 : 0) | (attested ? 0x40 : 0);
  const hash = createHash('sha256').update(relyingParty).digest();
  return Buffer.concat([hash, Buffer.from([flags]), count, credential]);
}

/** The public key as a COSE_Key (RFC 9053): {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    cborBytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    cborBytes(Buffer.from(y, 'base64url')),
  ]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function cborBytes(bytes: Buffer): Buffer {
  const head =
    bytes.length < 256 ? Buffer.from([0x58, bytes.length]) : Buffer.from([0x59, ...uint16(bytes.length)]);
  return Buffer.concat([head, bytes]);
}
