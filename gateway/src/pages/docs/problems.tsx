import type { VNode } from 'preact';
import { problemAdvice } from '../../http/problem-guide.ts';
import { problemTitles } from '../../http/problem-titles.ts';
import { problemStatus, type ProblemCode } from '../../lib/errors.ts';
import type { Contract } from './contract.ts';
import { operationPath, problemPath } from './paths.ts';
import { Line } from './prose.tsx';

export const problemCodes = Object.keys(problemStatus) as ProblemCode[];

/** So many operations are named; what nearly all of them can answer is said to be so. */
const mostNamed = 25;

/** Every code, by its status. */
export function ProblemsPage(): VNode {
  const statuses = [...new Set(problemCodes.map((code) => problemStatus[code]))].toSorted((a, b) => a - b);
  return (
    <>
      <h1>Problems</h1>
      <p>
        Every refusal is a problem document (RFC 9457). Its <code>type</code> leads to one of these pages;
        programs look at <code>code</code>, which never changes its meaning.
      </p>
      {statuses.map((status) => (
        <dl class="problems">
          <dt>{status}</dt>
          {problemCodes
            .filter((code) => problemStatus[code] === status)
            .map((code) => (
              <dd>
                <a href={problemPath(code)}>
                  <code>{code}</code>
                </a>{' '}
                {problemTitles[code]}
              </dd>
            ))}
        </dl>
      ))}
    </>
  );
}

/** What one code means, where it comes from and what to do about it. */
export function ProblemPage({ contract, code }: { contract: Contract; code: ProblemCode }): VNode {
  const { cause, remedy } = problemAdvice[code];
  const operations = contract.operations.filter(({ problems }) =>
    problems.some(({ codes }) => codes.includes(code)),
  );
  return (
    <>
      <h1>{problemTitles[code]}</h1>
      <p class="target">
        <span class="verb">{problemStatus[code]}</span>
        <code>{code}</code>
      </p>
      <h2>Why</h2>
      <p>
        <Line text={cause} />
      </p>
      <h2>What to do</h2>
      <p>
        <Line text={remedy} />
      </p>
      {operations.length > 0 && <h2>Where</h2>}
      {operations.length > mostNamed && <p>Most operations can answer this.</p>}
      {operations.length <= mostNamed && (
        <ul class="operations">
          {operations.map(({ operationId, summary }) => (
            <li>
              <a href={operationPath(operationId)}>{summary}</a>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href="/docs/problems">All problems</a>
      </p>
    </>
  );
}
