import type { ComponentChildren, VNode } from 'preact';
import { Notice, PostForm } from '../parts/form.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { type DashboardInput, may } from './input.ts';
import { dashboardPath, type Section, sections } from './paths.ts';

/** Whether the page says so in its title that something went wrong. */
export function hasProblem({ notice }: Pick<DashboardInput, 'notice'>): boolean {
  return notice?.good === false;
}

/** A page of the dashboard: the sections that the member's role opens, whose shop it is, and the way out. */
export function DashboardFrame(props: {
  input: DashboardInput;
  section: Section;
  title: string;
  intro?: string;
  children?: ComponentChildren;
}): VNode {
  const { input, section, title, intro, children } = props;
  const { visit, t, token, notice } = input;
  const shown = (Object.keys(sections) as Section[]).filter((name) => may(input, sections[name].right));
  return (
    <div class="desk">
      <Tabs
        locale={visit.locale}
        label={t.nav.label}
        tabs={shown.map((name) => ({
          href: dashboardPath(name),
          name: t.nav[name],
          isCurrent: name === section,
          waiting: name === 'cases' ? input.waitingCases : undefined,
        }))}
      />
      <div class="step">
        <p class="hint">
          {visit.merchant.name} · {visit.member.name}, {t.roles[visit.member.role]}
        </p>
        <h1>{title}</h1>
        <Notice notice={notice} />
        {intro !== undefined && <p class="intro">{intro}</p>}
        {children}
        <PostForm action="/dashboard/sign-out" token={token} class="centered">
          <button class="link" type="submit">
            {t.signOut}
          </button>
        </PostForm>
      </div>
    </div>
  );
}
