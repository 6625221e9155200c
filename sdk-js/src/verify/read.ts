import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { ReceiptClaims, ReceiptFault, ReadReceipt, ReceiptInput } from './types.ts';

export const receiptType = 'morrow-receipt+jwt';

type Finding = Omit<ReceiptFault, 'where'>;

export type Reading = { receipt: ReadReceipt | undefined; findings: Finding[] };

/** What a receipt says, with what is wrong about its form. Nothing of it is proved yet. */
export function readReceipt({ jws, disclosures = [] }: ReceiptInput): Reading {
  const parts = jws.split('.');
  const [header, payload, signature] = parts.map(decode);
  if (parts.length !== 3 || !header || !payload || !signature) {
    return refuse('jws', 'This is not a compact JWS: three parts in base64url, with dots between them.');
  }
  const head = parseObject(header);
  const claims = parseObject(payload);
  if (!head) return refuse('header', 'The header is not a JSON object: it was changed or damaged.');
  if (!claims) return refuse('payload', 'The payload is not a JSON object: it was changed or damaged.');
  const opened = openDisclosures(claims, disclosures);
  const findings = [
    ...headerFindings(head, header),
    ...canonicalFinding('payload', claims, payload),
    ...opened.findings,
  ];
  const isReceipt = (claims.kind === 'agreement' || claims.kind === 'amendment') && claims.version === 1;
  if (!isReceipt) {
    const message = 'This is not a receipt of a form that this program knows.';
    return { receipt: undefined, findings: [...findings, { member: 'payload.kind', message }] };
  }
  const receipt = {
    claims: { ...claims, ...opened.members } as unknown as ReceiptClaims,
    hash: sha256(jws),
    keyId: typeof head.kid === 'string' ? head.kid : '',
    withheld: opened.withheld,
  };
  return { receipt, findings };
}

/** SHA-256 of the UTF-8 of a text, in lower-case hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function refuse(member: string, message: string): Reading {
  return { receipt: undefined, findings: [{ member, message }] };
}

/** Only the one spelling that an encoder makes: another would give the same receipt two hashes. */
function decode(text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes.toString('utf8') : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The gateway's header has three members; every other could tell a verifier to look for the key elsewhere. */
function headerFindings(head: Record<string, unknown>, text: string): Finding[] {
  const findings: Finding[] = [];
  if (head.alg !== 'EdDSA') {
    const message = `The algorithm is ${JSON.stringify(head.alg)}; receipts are signed with EdDSA and nothing else.`;
    findings.push({ member: 'header.alg', message });
  }
  if (head.typ !== receiptType) {
    findings.push({
      member: 'header.typ',
      message: `The type is ${JSON.stringify(head.typ)}, not ${receiptType}.`,
    });
  }
  if (typeof head.kid !== 'string') {
    findings.push({ member: 'header.kid', message: 'The header does not name the key.' });
  }
  for (const name of Object.keys(head)) {
    if (name === 'alg' || name === 'kid' || name === 'typ') continue;
    findings.push({ member: `header.${name}`, message: 'The header of a receipt has no such member.' });
  }
  return findings.length > 0 ? findings : canonicalFinding('header', head, text);
}

function canonicalFinding(member: string, value: unknown, text: string): Finding[] {
  return canonicalOf(value) === text
    ? []
    : [
        {
          member,
          message: `The ${member} is not canonical JSON (RFC 8785), so the gateway did not write it.`,
        },
      ];
}

function canonicalOf(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}

/** Each disclosure must be one of those whose hash is signed, and open a member that is not there already. */
function openDisclosures(
  claims: Record<string, unknown>,
  disclosures: readonly string[],
): { members: Record<string, unknown>; withheld: number; findings: Finding[] } {
  const { _sd: signed } = claims;
  const digests = new Set<unknown>(Array.isArray(signed) ? signed : []);
  const members: Record<string, unknown> = {};
  const findings: Finding[] = [];
  for (const [index, text] of disclosures.entries()) {
    const member = `disclosures[${index}]`;
    const opened = parseDisclosure(text);
    if (!digests.delete(createHash('sha256').update(text).digest('base64url'))) {
      findings.push({
        member: opened ? `${member} (${opened.name})` : member,
        message: 'What it says is not what was signed: its hash is not in the receipt.',
      });
    } else if (!opened || opened.name in claims || opened.name in members) {
      findings.push({ member, message: 'It opens no hidden member of this receipt.' });
    } else members[opened.name] = opened.value;
  }
  return { members, withheld: digests.size, findings };
}

function parseDisclosure(text: string): { name: string; value: unknown } | undefined {
  try {
    const [salt, name, value] = JSON.parse(decode(text) ?? '') as unknown[];
    return typeof salt === 'string' && typeof name === 'string' && name !== '_sd' && name !== '_sd_alg'
      ? { name, value }
      : undefined;
  } catch {
    return undefined;
  }
}
