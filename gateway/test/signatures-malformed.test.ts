import { describe, expect, test } from 'vitest';
import { checkContentDigest } from '../src/http/signatures/content-digest.ts';
import type { RequestMessage } from '../src/http/signatures/message.ts';
import { codeOf, refusalFrom } from './support/refusal.ts';
import { keyPairOf, signedRead, verifyWith } from './support/signed-request.ts';

const { signing: key, record } = keyPairOf('ed25519');
const good = signedRead({ key });
const input = good.headersDistinct['signature-input']?.[0] ?? '';
const signature = good.headersDistinct.signature?.[0] ?? '';
const list = input.slice('morrow='.length);

function withHeader(name: string, text: string): RequestMessage {
  return { ...good, headersDistinct: { ...good.headersDistinct, [name]: [text] } };
}

const codeFor = async (message: RequestMessage): Promise<string> =>
  (await refusalFrom(verifyWith(record, message))).code;

/** Faults of a dictionary by the grammar of RFC 8941 sections 3 and 4.2, in a member that is otherwise good. */
function brokenDictionaries(member: string): [string, string][] {
  const value = member.slice(member.indexOf('=') + 1);
  return [
    ['a comma before it', `,${member}`],
    ['a comma after it', `${member},`],
    ['a comma and a blank after it', `${member}, `],
    ['two commas', `${member},,x=1`],
    ['a semicolon in the place of a comma', `${member}; x=1, ;`],
    ['no comma', `${member} x=1`],
    ['no name', `=${value}`],
    ['an upper-case name', `Morrow=${value}`],
    ['a name that begins with a digit', `1morrow=${value}`],
    ['a name in quotes', `"morrow"=${value}`],
    ['a blank before the equals sign', `morrow =${value}`],
    ['a blank after the equals sign', `morrow= ${value}`],
    ['no value', 'morrow='],
    ['a line feed', `${member}\n`],
    ['a NUL', `${member}\u0000`],
    ['text outside ASCII', `${member}, x="\u00e9"`],
    ['an open string beside it', `${member}, x="a`],
    ['a bad escape beside it', `${member}, x="\\a"`],
    ['an open list beside it', `${member}, x=("a"`],
    ['a list without blanks beside it', `${member}, x=("a""b")`],
    ['a list in a list beside it', `${member}, x=(("a"))`],
    ['a number of 16 digits beside it', `${member}, x=1234567890123456`],
    ['a number of four decimals beside it', `${member}, x=1.2345`],
    ['a number that ends with a dot beside it', `${member}, x=1.`],
    ['a minus alone beside it', `${member}, x=-`],
    ['a boolean that is neither beside it', `${member}, x=?2`],
    ['open octets beside it', `${member}, x=:AAAA`],
    ['octets that are not base64 beside it', `${member}, x=:A*A=:`],
    ['a date with decimals beside it', `${member}, x=@1.5`],
    ['a parameter without a name', `${member};`],
    ['a parameter with an upper-case name', `${member};A=1`],
    ['a parameter without a value', `${member};a=`],
    ['a parameter that is a list', `${member};a=("b")`],
    ['JSON', '{"morrow":"x"}'],
    ['only a blank', ' '],
  ];
}

describe('a Signature-Input with', () => {
  test.each([
    ...brokenDictionaries(input),
    ['a list that is not closed', `morrow=${list.replace(')', '')}`],
    ['a list that is not opened', `morrow=${list.slice(1)}`],
    ['commas in the list', `morrow=${list.replace('" "', '", "')}`],
    ['no blank in the list', `morrow=${list.replace('" "', '""')}`],
    ['a tab in the list', `morrow=${list.replace('" "', '"\t"')}`],
    ['single quotes', `morrow=${list.replaceAll('"', "'")}`],
    ['an open keyid', input.replace(/"$/, '')],
    ['a created of 16 digits', input.replace(/created=\d+/, 'created=1800000000000000')],
    ['a created in scientific notation', input.replace(/created=\d+/, 'created=1.8e9')],
    ['a created in hexadecimal', input.replace(/created=\d+/, 'created=0x6b49d200')],
    ['a created in octets', input.replace(/created=(\d+)/, 'created=:$1:')],
    ['a keyid in octets', input.replace(/keyid="[^"]*"/, 'keyid=:AAAA:')],
    ['a keyid that is a number', input.replace(/keyid="[^"]*"/, 'keyid=5')],
    ['a nonce in octets', `${input};nonce=:AAAA:`],
    ['a nonce of 4,000 characters', `${input};nonce="${'n'.repeat(4000)}"`],
  ])('%s is malformed', async (_what, text) => {
    expect(text).not.toBe(input);
    expect(await codeFor(withHeader('signature-input', text))).toBe('signature_malformed');
  });

  test('a display string, which RFC 9651 added, in the place of the keyid is malformed', async () => {
    const text = input.replace(/keyid="([^"]*)"/, 'keyid=%"$1"');
    expect(await codeFor(withHeader('signature-input', text))).toBe('signature_malformed');
  });
});

describe('a Signature with', () => {
  test.each([
    ...brokenDictionaries(signature),
    ['no colons', signature.replaceAll(':', '')],
    ['one colon', signature.replace(/:$/, '')],
    ['base64url', 'morrow=:__--:'],
    ['a blank in the octets', signature.replace('=:', '=: ')],
    ['a flag', 'morrow'],
    ['a date', 'morrow=@1800000000'],
    ['another label', signature.replace('morrow', 'other')],
  ])('%s is malformed', async (_what, text) => {
    expect(text).not.toBe(signature);
    expect(await codeFor(withHeader('signature', text))).toBe('signature_malformed');
  });
});

describe('a Content-Digest with', () => {
  const body = Buffer.from('{"hello": "world"}');
  const digest = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:';
  test.each([
    ...brokenDictionaries(digest),
    ['base64url', 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBP-_:'],
    ['an upper-case name', digest.toUpperCase()],
  ])('%s is no digest', (_what, text) => {
    // By its name it may be a digest of another algorithm; whatever it is, it is none of the body.
    expect(['malformed_header', 'digest_missing']).toContain(codeOf(() => checkContentDigest(text, body)));
  });
});

test('of what RFC 8941 lets come twice the last counts, for us as for what was signed', async () => {
  const twice = withHeader('signature', `morrow=:AAAA:, ${signature}`);
  await expect(verifyWith(record, twice)).resolves.toMatchObject({ kid: 'k1' });
  expect(await codeFor(withHeader('signature', `${signature}, morrow=:AAAA:`))).toBe('signature_invalid');
  expect(await codeFor(withHeader('signature-input', `${input};created=1`))).toBe('signature_expired');
  expect(await codeFor(withHeader('signature-input', `${input};keyid="mer_9/k1"`))).toBe('key_unknown');
});
