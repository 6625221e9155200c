import type { VNode } from 'preact';
import {
  type ApiRequest,
  findRequest,
  listRequests,
  type RequestOutcome,
  requestOutcomes,
  requestsKeptDays,
} from '../../../http/find-requests.ts';
import { problemAdvice } from '../../../http/problem-guide.ts';
import { problemTitles } from '../../../http/problem-titles.ts';
import { type ProblemCode, problemStatus } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { SearchForm } from '../../parts/search-form.tsx';
import { operationPath, problemPath } from '../../docs/paths.ts';
import { Line } from '../../docs/prose.tsx';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { Tabs } from '../developers/tabs.tsx';
import { idIn } from '../developers/steps.ts';
import { DashboardFrame } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { queryOf, withQuery } from '../../query.ts';
import { dashboardPath } from '../paths.ts';

const shown = 50;

/** What the merchant asked the API lately, narrowed down by how it went and by the code of the problem. */
export async function showRequests(tx: Tx, input: DashboardInput): Promise<Page> {
  const { req, visit } = input;
  const t = input.t.requests;
  const path = dashboardPath('requests');
  const outcome = requestOutcomes.find((one) => one === queryOf(req, 'outcome'));
  const code = queryOf(req, 'problem');
  const problem = isProblemCode(code) ? code : undefined;
  const before = queryOf(req, 'before');
  const isUnknown = code !== '' && problem === undefined;
  const requests = isUnknown
    ? []
    : await listRequests(tx, {
        merchantId: visit.member.merchantId,
        outcome,
        problem,
        before: isId('req', before) ? before : undefined,
        limit: shown,
      });
  const last = requests.at(-1);
  return {
    title: t.title,
    wide: true,
    body: (
      <DashboardFrame
        input={input}
        section="requests"
        title={t.title}
        intro={t.intro(String(requestsKeptDays))}
      >
        <Tabs
          label={t.filter}
          path={path}
          name="outcome"
          value={outcome}
          kept={{ problem }}
          all={t.all}
          options={t.outcomes}
        />
        <SearchForm
          action={path}
          name="problem"
          label={t.problem}
          hint={t.problemHint}
          button={t.search}
          value={code}
        />
        <section class="card">
          {requests.length === 0 && <p>{isUnknown ? t.unknownProblem : t.none}</p>}
          {requests.length > 0 && <RequestTable input={input} requests={requests} />}
          {last && requests.length === shown && (
            <p>
              <a href={withQuery(path, { outcome, problem, before: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

function isProblemCode(value: string): value is ProblemCode {
  return Object.hasOwn(problemStatus, value);
}

function RequestTable({
  input,
  requests,
}: {
  input: DashboardInput;
  requests: readonly ApiRequest[];
}): VNode {
  const { visit } = input;
  const t = input.t.requests;
  const path = dashboardPath('requests');
  return (
    <DataTable
      caption={t.list}
      columns={[
        { label: t.request },
        { label: t.status },
        { label: t.duration, number: true },
        { label: t.at },
      ]}
      rows={requests.map((one) => [
        <a href={`${path}/${one.id}`}>
          <code>
            {one.method} {one.path}
          </code>
        </a>,
        <>
          {one.status ?? t.noAnswer} {one.problem !== null && <code>{one.problem}</code>}
        </>,
        t.milliseconds(new Intl.NumberFormat(visit.locale).format(one.durationMs)),
        formatInstant(visit.locale, one.at, visit.environment.timeZone),
      ])}
    />
  );
}

/** One request, and what its problem means. */
export async function showRequest(tx: Tx, input: DashboardInput): Promise<Page> {
  const { req, visit } = input;
  const t = input.t.requests;
  const { merchantId } = visit.member;
  const one = await findRequest(tx, { merchantId, requestId: idIn('req', req.params.requestId) });
  const { status, problem } = one;
  return {
    title: t.one,
    body: (
      <DashboardFrame input={input} section="requests" title={t.one}>
        <section class="card">
          <Facts
            facts={[
              [t.method, one.method],
              [t.path, <code>{one.path}</code>],
              [
                t.operation,
                <a href={operationPath(one.operation)}>
                  <code>{one.operation}</code>
                </a>,
              ],
              [t.status, status === null ? t.noAnswer : String(status)],
              [t.key, one.kid === null ? t.noKey : <code>{one.kid}</code>],
              [t.at, formatInstant(visit.locale, one.at, visit.environment.timeZone)],
              [t.duration, t.milliseconds(new Intl.NumberFormat(visit.locale).format(one.durationMs))],
              [t.id, <code>{one.id}</code>],
            ]}
          />
        </section>
        {problem !== null && <Explained input={input} problem={problem} />}
        {problem === null && <p>{wordsFor(one.outcome, status, t)}</p>}
      </DashboardFrame>
    ),
  };
}

function wordsFor(
  outcome: RequestOutcome,
  status: number | null,
  t: DashboardInput['t']['requests'],
): string {
  if (status === null) return t.noAnswerText;
  return outcome === 'succeeded' ? t.well : t.outcomes[outcome];
}

/** In the words of the documentation, which is written in English. */
function Explained({ input, problem }: { input: DashboardInput; problem: ProblemCode }): VNode {
  const t = input.t.requests;
  const { cause, remedy } = problemAdvice[problem];
  return (
    <section class="card" aria-labelledby="explained-heading">
      <h2 id="explained-heading">{t.explained}</h2>
      <p lang="en">
        {problemTitles[problem]} (<code>{problem}</code>)
      </p>
      <h3>{t.cause}</h3>
      <p lang="en">
        <Line text={cause} />
      </p>
      <h3>{t.remedy}</h3>
      <p lang="en">
        <Line text={remedy} />
      </p>
      <p>
        <a href={problemPath(problem)}>{t.more}</a>
      </p>
    </section>
  );
}
