import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type ContractDocument, findOperation, type Operation } from './operations.ts';
import { type Answer, headerOf } from './wire.ts';

type Asked = { method: string; target: string };

/** What is wrong with an answer by the contract; nothing, where it is right. */
export type Check = {
  /** The answer to a request. */
  request(asked: Asked, answer: Answer): string[];
  /** An answer to octets that may be no request. */
  framing(answer: Answer): string[];
};

/** Holds answers against the contract. What no operation serves has to be refused with a problem, too. */
export function createCheck(document: ContractDocument, operations: readonly Operation[]): Check {
  // OpenAPI adds keywords of its own to JSON Schema.
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addSchema(document, 'contract');
  const compiled = new Map<string, ValidateFunction>();
  const validatorAt = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer);
    if (known) return known;
    const made = ajv.compile({ $ref: `contract#${encodeURI(pointer)}` });
    compiled.set(pointer, made);
    return made;
  };
  const problem = validatorAt('/components/schemas/Problem');

  const checkBody = (validate: ValidateFunction, answer: Answer): string[] => {
    let body: unknown;
    try {
      body = JSON.parse(answer.body.toString());
    } catch {
      return [`the body is not JSON: ${answer.body.toString().slice(0, 200)}`];
    }
    if (answer.status >= 400 && (body as { status?: unknown }).status !== answer.status) {
      return [`the problem says another status than ${answer.status}`];
    }
    if (validate(body)) return [];
    const why = (validate.errors ?? [])
      .map(({ instancePath, message }) => `${instancePath} ${message}`)
      .join('; ');
    return [`${answer.status} ${(body as { code?: string }).code ?? ''} does not fit its schema: ${why}`];
  };

  const ofOperation = ({ id, template, method }: Operation, answer: Answer, isHead: boolean): string[] => {
    const described = document.paths[template]?.[method.toLowerCase()]?.responses[answer.status] as
      { $ref?: string; content?: Record<string, unknown> } | undefined;
    const { status } = answer;
    if (!described)
      return [`${id} has no ${status} in the contract: ${answer.body.toString().slice(0, 300)}`];
    const place =
      described.$ref?.slice(1) ?? `/paths/${escape(template)}/${method.toLowerCase()}/responses/${status}`;
    if (status === 304) return [];
    const type = headerOf(answer, 'content-type') ?? '';
    const wanted = status < 400 ? 'application/json' : 'application/problem+json';
    if (type !== wanted) return [`${id} answers ${status} as "${type}"`];
    if (isHead) return [];
    return checkBody(validatorAt(`${place}/content/${escape(wanted)}/schema`), answer).map(
      (why) => `${id}: ${why}`,
    );
  };

  const ofRequest = (asked: Asked, answer: Answer): string[] => {
    const isHead = asked.method === 'HEAD';
    if (asked.method === 'OPTIONS' && answer.status === 204) return [];
    const operation = findOperation(operations, isHead ? 'GET' : asked.method, asked.target);
    if (operation) return ofOperation(operation, answer, isHead);
    if (answer.status < 400)
      return [`${asked.method} ${asked.target} is not in the contract: ${answer.status}`];
    const faults = isHead ? [] : checkBody(problem, answer);
    if (answer.status === 405 && headerOf(answer, 'allow') === undefined) faults.push('405 without Allow');
    return faults;
  };

  return {
    request: (asked, answer) => [...ofAll(answer, asked.method === 'HEAD'), ...ofRequest(asked, answer)],
    framing: (answer) => [
      ...ofAll(answer, false),
      ...(answer.status < 400 ? [] : checkBody(problem, answer)),
    ],
  };
}

function ofAll(answer: Answer, isHead: boolean): string[] {
  const { status } = answer;
  const faults = status >= 500 ? [`${status}: ${answer.body.toString().slice(0, 300)}`] : [];
  const ids = answer.headers.filter(([name]) => name === 'request-id');
  if (ids.length !== 1 || !/^req_[0-9a-f]{32}$/.test(ids[0]?.[1] ?? ''))
    faults.push(`${status} without a Request-Id`);
  if (status >= 400) {
    const type = headerOf(answer, 'content-type');
    if (type !== 'application/problem+json') faults.push(`${status} is no problem document but ${type}`);
    if (!isHead && ids[0] && !answer.body.includes(ids[0][1]))
      faults.push(`${status} names another request than its header`);
  }
  if (status === 429 && headerOf(answer, 'retry-after') === undefined) faults.push('429 without Retry-After');
  return faults;
}

function escape(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
