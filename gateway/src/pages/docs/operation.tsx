import { createHash } from 'node:crypto';
import type { VNode } from 'preact';
import { problemTitles } from '../../http/problem-titles.ts';
import type { ProblemCode } from '../../lib/errors.ts';
import type { Answer, Contract, Operation } from './contract.ts';
import { Fields, Row } from './fields.tsx';
import { problemPath } from './paths.ts';
import { Prose } from './prose.tsx';

/** All that there is to know of one operation. */
export function OperationPage({ contract, operation }: { contract: Contract; operation: Operation }): VNode {
  const { summary, description, parameters, body } = operation;
  return (
    <>
      <h1>{summary}</h1>
      <p class="target">
        <span class={`verb ${operation.method.toLowerCase()}`}>{operation.method}</span>
        <code>{operation.path}</code>
      </p>
      <Prose text={description} />
      <Callers operation={operation} />
      <h2>Request</h2>
      {parameters.length > 0 && (
        <table class="fields">
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {parameters.map((parameter) => (
              <Row
                contract={contract}
                name={parameter.name}
                schema={parameter.schema ?? {}}
                isRequired={parameter.required ?? false}
                description={parameter.description}
                place={`in the ${parameter.in}`}
              />
            ))}
          </tbody>
        </table>
      )}
      {Object.entries(body?.content ?? {}).map(([type, { schema }]) => (
        <>
          <h3>
            Body, <code>{type}</code>
          </h3>
          {schema && <Fields contract={contract} schema={schema} />}
        </>
      ))}
      <pre tabindex={0}>
        <code>{exampleRequest(contract, operation)}</code>
      </pre>
      <h2>Answers</h2>
      {operation.answers.map((answer) => (
        <AnswerPart contract={contract} answer={answer} />
      ))}
      <h2>Problems</h2>
      <p>Each is a problem document; its page says what to do.</p>
      {operation.problems.map(({ status, codes }) => (
        <Problems status={status} codes={codes} />
      ))}
    </>
  );
}

const calledBy: Record<string, string> = {
  merchantSignature: "Your server, with a request signed by one of the merchant's keys",
  funderSignature: "A funder's server, with a request signed by one of the funder's keys",
  newKeySignature: 'Anybody, with a request signed by the key that it registers',
  publishableKey: "A page of your shop, with the merchant's publishable key in a header",
  publishableKeyInQuery: 'the same with the key in the query',
  clientToken: 'A page of your shop, with a client token for the session',
};

function Callers({ operation: { securitySchemes, scope } }: { operation: Operation }): VNode {
  const who = securitySchemes.map((name) => calledBy[name] ?? name).join(', or ');
  return (
    <p class="callers">
      {who === '' ? 'Anybody may call it.' : `${who}.`}
      {scope !== undefined && (
        <>
          {' '}
          The key needs the scope <code>{scope}</code>.
        </>
      )}{' '}
      {securitySchemes.some((name) => name.endsWith('Signature')) && <a href="/docs/signing">How to sign</a>}
    </p>
  );
}

function AnswerPart({ contract, answer }: { contract: Contract; answer: Answer }): VNode {
  const { schema, example } = answer.content['application/json'] ?? {};
  return (
    <>
      <h3>
        {answer.status} – {answer.description}
      </h3>
      {example !== undefined && (
        <pre tabindex={0}>
          <code>{JSON.stringify(example, null, 2)}</code>
        </pre>
      )}
      {schema && <Fields contract={contract} schema={schema} />}
    </>
  );
}

function Problems({ status, codes }: { status: string; codes: string[] }): VNode {
  return (
    <dl class="problems">
      <dt>{status}</dt>
      {codes.map((code) => (
        <dd>
          <a href={problemPath(code)}>
            <code>{code}</code>
          </a>{' '}
          {problemTitles[code as ProblemCode]}
        </dd>
      ))}
    </dl>
  );
}

/** The request as it goes over the wire, with the digest of its body; what only the caller can make is left open. */
function exampleRequest({ origin }: Contract, operation: Operation): string {
  const { method, parameters, body, securitySchemes } = operation;
  const json = body?.content['application/json'];
  const text = json?.example === undefined ? undefined : JSON.stringify(json.example, null, 2);
  const [file] = json ? [] : Object.keys(body?.content ?? {});
  const isSigned = securitySchemes.some((name) => name.endsWith('Signature'));
  const keyid = securitySchemes.includes('newKeySignature') ? '<kid>' : '<id>/<kid>';
  const covered = ['@method', '@target-uri'];
  const headers = [`${method} ${exampleTarget(operation)} HTTP/1.1`, `Host: ${new URL(origin).host}`];
  for (const { name, in: place, required, example } of parameters) {
    if (place === 'header' && required) {
      headers.push(`${name}: ${example}`);
      covered.push(name.toLowerCase());
    }
  }
  if (securitySchemes.includes('publishableKey')) headers.push('Morrow-Publishable-Key: pub_…');
  if (securitySchemes.includes('clientToken')) headers.push('Authorization: Bearer <client token>');
  if (text !== undefined || file !== undefined) {
    const digest = text === undefined ? '…' : createHash('sha256').update(text).digest('base64');
    headers.push(`Content-Type: ${file ?? 'application/json'}`, `Content-Digest: sha-256=:${digest}:`);
    covered.push('content-digest');
  }
  if (isSigned) {
    const names = covered.map((name) => `"${name}"`).join(' ');
    headers.push(
      `Signature-Input: morrow=(${names});created=<Unix seconds>;keyid="${keyid}"`,
      'Signature: morrow=:<base64>:',
    );
  }
  const content = text ?? (file === undefined ? '' : '<the bytes of the file>');
  return [...headers, '', content].join('\n').trimEnd();
}

function exampleTarget({ path, parameters }: Operation): string {
  const valueOf = (name: string): string => {
    const { example, schema } = parameters.find((parameter) => parameter.name === name) ?? {};
    const given = example ?? schema?.example ?? schema?.examples?.[0];
    return typeof given === 'string' || typeof given === 'number' ? String(given) : `{${name}}`;
  };
  const query = parameters
    .filter(({ in: place, required }) => place === 'query' && required)
    .map(({ name }) => `${name}=${encodeURIComponent(valueOf(name))}`);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(name));
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
}
