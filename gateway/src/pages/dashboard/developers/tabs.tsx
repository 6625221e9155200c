import type { VNode } from 'preact';
import { withQuery } from '../../query.ts';

/** Links that narrow down a list by one thing that it is asked for, and keep the others. */
export function Tabs(props: {
  label: string;
  path: string;
  name: string;
  value: string | undefined;
  kept?: Readonly<Record<string, string | undefined>>;
  all: string;
  options: Readonly<Record<string, string>>;
}): VNode {
  const { label, path, name, value, kept = {}, all, options } = props;
  const link = (option: string | undefined, text: string) => (
    <a
      href={withQuery(path, { ...kept, [name]: option })}
      aria-current={option === value ? 'true' : undefined}
    >
      {text}
    </a>
  );
  return (
    <nav class="tabs" aria-label={label}>
      {link(undefined, all)}
      {Object.entries(options).map(([option, text]) => link(option, text))}
    </nav>
  );
}
